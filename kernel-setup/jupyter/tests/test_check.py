"""Pages ask the network for nothing, and every picture has a description."""

import pytest

from mdn_jupyter.tutorial import NotATutorial, check, check_part

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
        ("<textarea>", "it begins <textarea> and does not end it"),
        ("<plaintext> all that follows", "it begins <plaintext> and does not end it"),
        ("<style>p { color: red }", "it begins <style> and does not end it"),
        ("<details><summary>a</summary>", "it begins <details> and does not end it"),
        ("<div", "it ends in the middle of <div"),
        ("</main></body>", "it ends </main>, which it has not begun"),
        ("<script>alert(1)</script>", "it has a <script>, which a page does not take from a notebook"),
        ('<script src="https://a.org/b.js"></script>', f"it asks for https://a.org/b.js{MISSING}"),
        ("<svg><script>alert(1)</script></svg>", "it has a <script>"),
        ('<iframe srcdoc="a"></iframe>', "it has a <iframe>"),
        ('<base href="#">', "it has a <base>"),
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
        '<svg viewBox="0 0 1 1"><path d="M0 0H1"/><circle r="1"></circle></svg>',
    ],
)
def test_part_allowed(part):
    check_part(part)
