"""Pages ask the network for nothing, and every picture has a description."""

import pytest

from mdn_jupyter.tutorial import NotATutorial, check, check_part

AROUND = "it has a <{}>, which would change the page around it"
MISSING, UNDESCRIBED = ", which is not part of the notebook", "it shows a picture without a description"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<img src=https://a.org/b.png alt=b>", f"it shows https://a.org/b.png{MISSING}"),
        ('<IMG ALT="b" SRC=" //a.org/b.png ">', f"it shows //a.org/b.png{MISSING}"),
        ('<img src="b.png" alt="b">', f"it shows b.png{MISSING}"),
        (
            '<img alt="b" srcset="data:image/png;base64,AAAA 1x, https://a.org/b.png 2x">',
            f"it shows https://a.org/b.png{MISSING}",
        ),
        ('<picture><source srcset="b.png, https://a.org/b.png 2x"></picture>', f"it asks for b.png{MISSING}"),
        ('<link rel="stylesheet" href="https://a.org/b.css">', f"it asks for https://a.org/b.css{MISSING}"),
        ('<script src="https://a.org/b.js"></script>', f"it asks for https://a.org/b.js{MISSING}"),
        ('<object data="https://a.org/b"></object>', f"it asks for https://a.org/b{MISSING}"),
        ("<video poster=https://a.org/b.png></video>", f"it asks for https://a.org/b.png{MISSING}"),
        ('<svg><image xlink:href="https://a.org/b.png"/></svg>', f"it asks for https://a.org/b.png{MISSING}"),
        ('<style>p { background: url( "https://a.org/b.png" ) }</style>', f"it asks for https://a.org/b.png{MISSING}"),
        ("<style>a < b { } @import 'https://a.org/b.css';", f"it asks for https://a.org/b.css{MISSING}"),
        ('<p style="background: url(https://a.org/b.png)">', f"it asks for https://a.org/b.png{MISSING}"),
        ('<iframe srcdoc="&lt;img src=https://a.org/b.png alt=b&gt;"></iframe>', f"it shows https://a.org/b.png{MISSING}"),
        ('<meta http-equiv="Refresh" content="0; url=https://a.org">', "it leads to another page by itself"),
        ('<img src="data:image/png;base64,AAAA" alt="">', UNDESCRIBED),
        ('<img src="data:image/png;base64,AAAA">', UNDESCRIBED),
    ],
)
def test_refused(page, said):
    with pytest.raises(NotATutorial) as error:
        check(page)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://a.org">a</a> <a href=b.html>b</a> <svg><a xlink:href="https://a.org"></a><use href="#b"/></svg>',
        '<img src="data:image/png;base64,AAAA" alt="b" srcset="data:image/png;base64,AAAA 2x"><link rel="icon" href="data:,">',
        '<style>@font-face { src: url(data:font/woff2;base64,AAAA) } p { fill: url("#b") }</style>',
        '<pre>&lt;img src=https://a.org/b.png&gt;</pre><script>const text = "<img src=https://a.org/b.png>"</script>',
    ],
)
def test_allowed(page):
    check(page)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("text <!-- a comment", "it ends in the middle of <!-- a comment"),
        ("<textarea>", AROUND.format("textarea")),
        ("<plaintext> all that follows", AROUND.format("plaintext")),
        ("<style>p { color: red }", AROUND.format("style")),
        ("<style>p { color: red }</style>", AROUND.format("style")),
        # What a browser reads as a program, and Python's reader as something else.
        ('<svg><style><img src="#" alt="a" onerror="alert(1)"></style></svg>', AROUND.format("style")),
        ('<noscript><p title="</noscript><script>alert(1)</script>"></p></noscript>', AROUND.format("noscript")),
        ('<title><p title="</title><script>alert(1)</script>"></p></title>', AROUND.format("title")),
        ('<textarea><p title="</textarea><script>alert(1)</script>"></p></textarea>', AROUND.format("textarea")),
        ("<!--><script>alert(1)</script>-->", "it has <!-->, which not everyone reads alike"),
        ("<!---><script>alert(1)</script>-->", "it has <!--->, which not everyone reads alike"),
        ("<!-- a --!><script>alert(1)</script>-->", "it has --!>, which not everyone reads alike"),
        ("<![CDATA[><script>alert(1)</script>]]>", "it has <!, which not everyone reads alike"),
        ("<?a ><script>alert(1)</script>", "it has <?, which not everyone reads alike"),
        # What leads away, or takes the place of what the page has.
        ('<meta http-equiv="refresh" content="0;url=https://a.org">', "it leads to another page by itself"),
        ('<meta name="referrer" content="unsafe-url">', AROUND.format("meta")),
        ('<body style="display: none"></body>', AROUND.format("body")),
        ('<a href=" java\nscript:alert(1)">a</a>', "it has a program"),
        ('<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>', "it has a program"),
        ('<form action="javascript:alert(1)"><button>a</button></form>', "it has a program"),
        ('<form action="#"><button>a</button></form>', "it has a <form>"),
        ('<svg><a><animate attributeName="href" values="javascript:alert(1)"/></a></svg>', "it has a program, attributename"),
        ('<img name="getElementById" src="data:image/png;base64,AAAA" alt="a">', "it has a name, getElementById"),
        ('<p id="a">a</p><p id="a">b</p>', "the page would have two elements with the id a"),
        ("<details><summary>a</summary>", "it begins <details> and does not end it"),
        ("<div", "it ends in the middle of <div"),
        ("</main></body>", "it ends </main>, which it has not begun"),
        ("<script>alert(1)</script>", "it has a <script>, which a page does not take from a notebook"),
        ('<script src="https://a.org/b.js"></script>', f"it asks for https://a.org/b.js{MISSING}"),
        ("<svg><script>alert(1)</script></svg>", "it has a <script>"),
        ('<iframe srcdoc="a"></iframe>', "it has a <iframe>"),
        ('<base href="#">', AROUND.format("base")),
        ('<p onclick="alert(1)">a</p>', "it has a program, onclick"),
        ('<svg onload="alert(1)"/>', "it has a program, onload"),
    ],
)
def test_part_refused(part, said):
    with pytest.raises(NotATutorial) as error:
        check_part(part)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    "part",
    [
        "<p>a<br>b<p>c <ul><li>a<li>b</ul> <table><tr><td>a<tr><td>b</table>",
        "<details><summary>a</summary> <em>b</em></details> &lt;script> <!-- a comment -->",
        "<!----><!-- a -- b ->c -->",
        '<svg viewBox="0 0 1 1"><title>a</title><animate attributeName="r" values="0;1"/></svg>',
        '<svg viewBox="0 0 1 1"><path d="M0 0H1"/><circle r="1"></circle></svg>',
    ],
)
def test_part_allowed(part):
    check_part(part)
