"""The exporter of pages. The notebooks here are as if they had run, with what the package figure sends."""

import base64
import html
import importlib.metadata
import json
import re
import subprocess

import nbformat
import pytest

from mdn_jupyter import tutorial

CHART_TYPE = "application/vnd.mdn.chart+json"
DRAWINGS = {"desk": "application/vnd.mdn.chart.desk+svg", "phone": "application/vnd.mdn.chart.phone+svg"}
PICTURE = base64.b64encode(b"a picture").decode()
CHART = {
    "version": 2,
    "title": "Samples.",
    "name": "Samples of a law",
    "description": {"what": "A scatter plot.", "numbers": "50 samples.", "trend": "", "point": "It spreads."},
    "tables": [{"name": "samples", "columns": ["x", "y"], "rows": [[1, 0.50], [2.0, -0.10]], "of": 50}],
}


def shown(kind, data, **metadata):
    return nbformat.v4.new_output("display_data", data=data, metadata={"mdn": kind, **metadata} if kind else metadata)


def chart(without=None, **other):
    text = json.dumps({**CHART, **other}).replace("0.5]", "0.50]").replace("-0.1]", "-0.10]")
    data = {"image/png": PICTURE, "text/plain": "A chart", CHART_TYPE: text}
    data |= {kind: f"<svg><text>for a {reader}</text></svg>" for reader, kind in DRAWINGS.items() if reader != without}
    return shown("chart", data, alt="Samples of a law")


def code(source, *outputs, tags=()):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def notebook(*cells, title="# A title\n\nOne. Two. Three."):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(title), *cells])


def page_of(source, name="lab"):
    page, resources = tutorial.TutorialExporter().from_notebook_node(source, {"metadata": {"name": name, "beside": []}})
    return page, resources["record"]


def text_of(page):
    return html.unescape(re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", "", page))


def test_figure():
    """A chart has its drawings, its words, sentence after sentence, and the digits of its numbers, and no second caption."""
    page, record = page_of(notebook(code("x", chart(), shown("caption", {"text/markdown": "*the caption*"}))))
    assert '<div class="drawing desk"><svg><text>for a desk</text></svg></div>' in page
    assert '<div class="drawing phone"><svg><text>for a phone</text></svg></div>' in page
    assert PICTURE not in page
    assert '<p class="title">Samples</p>' in page
    assert "<p>A scatter plot. 50 samples. It spreads.</p>" in page
    assert "<tr><td>1</td><td>0.50</td></tr>\n<tr><td>2.0</td><td>−0.10</td></tr>" in page
    assert "samples (2 of 50)" in page
    assert "the caption" not in page
    assert [output["kind"] for output in record["outputs"]] == ["chart", "caption"]
    assert record["thumbnail"]["drawing"] == "<svg><text>for a phone</text></svg>"


def test_kinds():
    """Progress is left out; numbers are the table that comes with them; a cell's own Markdown stays, whatever it begins with."""
    numbers = {
        "version": 1,
        "title": "",
        "rows_are": "law",
        "columns": [{"name": "error", "unit": ""}],
        "rows": [{"name": "growing", "cells": [{"text": "0.021", "value": 0.0212}]}],
    }
    table = {
        "application/vnd.mdn.numbers+json": json.dumps(numbers),
        "text/markdown": "| law |\n|---|\n| growing |",
        "text/plain": "a",
    }
    own = shown(None, {"text/markdown": "*Shown: this is no caption*"})
    page, record = page_of(notebook(code("x", shown("progress", {"text/html": "<p>9 s left</p>"}), shown("numbers", table), own)))
    assert "9 s left" not in page
    assert '<th scope="row">growing</th>' in page
    assert "this is no caption" in page
    assert record["numbers"][0]["name"] == "law growing, error"


def test_results():
    """A single key number is its name with what is written of it."""

    def number(name, text, unit):
        numbers = {
            "version": 1,
            "title": "",
            "rows_are": "",
            "columns": [{"name": "", "unit": unit}],
            "rows": [{"name": name, "cells": [{"text": text}]}],
        }
        return shown("numbers", {"text/plain": f"{name}: {text}", "application/vnd.mdn.numbers+json": json.dumps(numbers)})

    page, _ = page_of(notebook(code("x", number("worth", "0.1592", "nats"), number("x < 3", "−Inf", ""))))
    assert '<dl class="results"><div><dt>worth</dt><dd>0.1592 nats</dd></div></dl>' in page
    assert '<dl class="results"><div><dt>x &lt; 3</dt><dd>−Inf</dd></div></dl>' in page


def test_code():
    """Each line of code is an element that knows how far it is indented. What only GoNB reads is left out, and all else kept."""
    source = '%noautoget\nimport "fmt"\n\nfunc f() {\n\tif a < b {\n\t\tfmt.Print(`x\n\ty`) // <b>\n\t}\n}'
    page, _ = page_of(notebook(code(source)))
    shown = re.search(r'(?s)<details class="code" open>.*?<pre>(.*?)</pre>', page)[1]
    assert text_of(shown) == source.removeprefix("%noautoget\n") + "\n"
    lines = re.findall(r'<span class="line"( style="--tabs:\d")?>', shown)
    assert lines == ["", "", "", ' style="--tabs:1"', ' style="--tabs:2"', ' style="--tabs:1"', ' style="--tabs:1"', ""]


def test_switch():
    """All code is folded by one switch, which is decided on before the page is read. Without scripts code is open."""
    page, _ = page_of(notebook(code("a"), code("b")))
    assert page.count('<details class="code" open>') == 2
    assert page.count('id="show-code"') == 1
    assert page.index("localStorage") < page.index("</head>")


def test_title():
    """The title and the first sentences are those of the record."""
    page, record = page_of(notebook(title="# 8. Mixtures (K = 3)\n\nOne `two`. Three. Four."))
    assert "<title>8. Mixtures (K = 3)</title>" in page
    assert '<meta name="description" content="One two. Three.">' in page
    assert record["title"] == "8. Mixtures (K = 3)"


@pytest.mark.parametrize(
    "value",
    [
        "my data.csv",
        "my, data.csv",
        "<b>bold</b>",
        "$x$",
        "*star*",
        "`tick`",
        "[a](b)",
        "&amp;",
        'say "hi"',
        "# a",
        "bill $(touch pwned) depth",
    ],
)
def test_values_are_text(value, tmp_path):
    """A setting's value is text wherever it is shown, and one word in the command that makes the page again."""
    settings = code('const file string = "a.csv" // the file', tags=["parameters"])
    given = code(f"const file string = {json.dumps(value)}", tags=["injected-parameters"])
    page, _ = page_of(notebook(settings, given), name="my lab")
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert f"<p><strong>With file = {escaped}.</strong></p>" in page
    assert f"<title>A title (file = {escaped})</title>" in page
    assert f"<dt><code>file = {escaped}</code></dt>" in page
    commands = re.search(r'(?s)aria-label="Commands">(.*?)</pre>', page)[1]
    for tool in ("go", "git"):
        (tmp_path / tool).write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n')
        (tmp_path / tool).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    run = subprocess.run(
        ["sh", "-c", html.unescape(commands)], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
    )
    csv = '"' + value.replace('"', '""') + '"' if '"' in value or "," in value else value
    words = ["run", "./kernel-setup", "export", "-set", f"file={csv}", "my lab", "run", "./kernel-setup", "lab", "my lab", ""]
    assert run.stdout.endswith("\n".join(words)), run
    assert not (tmp_path / "pwned").exists()


def stale(source):
    cell = code(source)
    cell.metadata["mdn"] = {"madeWith": {"": "0"}}
    return cell


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([code("x", shown(None, {"image/png": PICTURE}))], "code cell 1 (x): it shows a picture without a description"),
        ([code("x", chart("desk"))], "its chart has no drawing of the type application/vnd.mdn.chart.desk+svg"),
        ([code("x", chart("phone"))], "its chart has no drawing of the type application/vnd.mdn.chart.phone+svg; run it again"),
        ([code("x", chart(version=1))], "what it shows as application/vnd.mdn.chart+json is of version 1, and 2 is the one"),
        ([code("const a = 1", tags=["parameters"])], "line 1: a has no type; write const a int = 1"),
        ([stale("x")], "code cell 1 (x): its outputs are out of date; in JupyterLab, run what is out of date and save"),
        ([nbformat.v4.new_markdown_cell("# Another")], "text cell 2 (# Another): the heading “Another” is a second title"),
    ],
)
def test_not_a_tutorial(cells, said):
    with pytest.raises(tutorial.NotATutorial) as error:
        page_of(notebook(*cells))
    assert said in str(error.value)


def test_no_parts(monkeypatch, tmp_path):
    monkeypatch.setattr(tutorial, "PARTS", tmp_path / "tutorial-parts")
    with pytest.raises(tutorial.NotATutorial) as error:
        page_of(notebook())
    assert str(error.value).endswith("tutorial-parts is not there; run go run ./kernel-setup lab, which installs it")


@pytest.mark.parametrize(
    ("group", "name"),
    [("nbconvert.exporters", "tutorial"), ("papermill.engine", "go")],
)
def test_entry_points(group, name):
    """Jupyter and papermill find the package by what is installed of it."""
    (found,) = importlib.metadata.entry_points(group=group, name=name)
    assert found.load()
    assert found.dist.name == "mdn-jupyter"


def test_sweep():
    """The page of one run leads to those with other settings, and to all of them side by side; other pages have no such links."""
    links = {"all": "lab.n.html", "steps": [{"address": "lab.n=1.html", "text": "n = 1", "back": True}]}
    links["steps"].append({"address": "lab.n=3%2526.html", "text": "n = <3>", "back": False})
    where = {"name": "lab", "beside": [], "sweep": links}
    page, _ = tutorial.TutorialExporter().from_notebook_node(notebook(), {"metadata": where})
    want = """</h1>
<nav class="sweep" aria-label="The same with other settings">
<a class="step" href="lab.n=1.html">← n = 1</a>
<a class="step" href="lab.n=3%2526.html">n = &lt;3&gt; →</a>
<a href="lab.n.html">side by side</a>
</nav>
"""
    assert want in page
    assert 'class="sweep"' not in page_of(notebook())[0]
