"""What comments in the text of a notebook say of its page."""

import nbformat
import pytest

from mdn_jupyter import tutorial
from mdn_jupyter.directives import apply

SETTINGS = [
    {"name": "noise", "type": "float64", "value": "0.1", "range": {"low": "0", "high": "1"}, "choices": None, "meaning": ""},
    {"name": "samples", "type": "int", "value": "50", "range": {"low": "2", "high": "1000"}, "choices": None, "meaning": ""},
    {"name": "law", "type": "string", "value": "growing", "choices": ["growing", "heavy tailed"], "meaning": ""},
    {"name": "file", "type": "string", "value": "data.csv", "meaning": ""},
    {"name": "fast", "type": "bool", "value": "true", "choices": ["true", "false"], "meaning": ""},
]
for setting in SETTINGS:
    setting["default"] = setting["value"]
INSIDE = "It is <!-- usual -->so<!-- /usual -->."


@pytest.mark.parametrize(
    "source, want",
    [
        (INSIDE, 'It is <span class="usual">so</span>.'),
        (
            "It <!-- usual noise  samples -->is *so*<!-- /usual -->.",
            'It <span class="usual" data-settings="noise samples">is *so*</span>.',
        ),
        ("1. <!-- usual -->\n   It is so.\n   <!-- /usual -->\n2. Two", '1. <span class="usual">It is so.</span>\n2. Two'),
        ("| a |\n|---|\n| <!-- usual -->3<!-- /usual --> |", '| a |\n|---|\n| <span class="usual">3</span> |'),
        ("Two<!-- usual --> lines\nare one<!-- /usual -->.", 'Two<span class="usual"> lines\nare one</span>.'),
        ("Change one<!-- jupyterlab -->, then *Run*<!-- /jupyterlab -->.", "Change one."),
        ("One\n\n<!-- jupyterlab -->\nTwo\n\nThree\n\n<!-- /jupyterlab -->\nFour", "One\n\n\nFour"),
        ("One. <!-- page Move it,\nand *see*. --> Two.", "One. Move it,\nand *see*. Two."),
        ("<!-- page Only here. -->\n", "Only here.\n"),
        (
            "A <!-- a comment of the author's --> comment <!---->, <!-- -->",
            "A <!-- a comment of the author's --> comment <!---->, <!-- -->",
        ),
        ("`<!-- usual -->` and ``a ` <!-- try -->`` stay", "`<!-- usual -->` and ``a ` <!-- try -->`` stay"),
        ("```html\n<!-- usual -->\n```\n" + INSIDE, '```html\n<!-- usual -->\n```\nIt is <span class="usual">so</span>.'),
        ("> ~~~\n> <!-- page -->\n", "> ~~~\n> <!-- page -->\n"),
        ("A ` alone, \\` and\n\n` one more: " + INSIDE, 'A ` alone, \\` and\n\n` one more: It is <span class="usual">so</span>.'),
    ],
)
def test_text(source, want):
    assert apply(source, SETTINGS) == want


def test_said():
    """Where a setting has another value, what depends on it says of which it is said."""
    others = [
        {**setting, "value": {"noise": "0.4", "file": "<b>"}.get(setting["name"], setting["value"])} for setting in SETTINGS
    ]
    assert apply(INSIDE, others) == (
        'It is <span class="usual">so<span class="said"> (said of noise 0.1, file data.csv)</span></span>.'
    )
    assert apply("It is <!-- usual noise -->so<!-- /usual -->.", others) == (
        'It is <span class="usual" data-settings="noise">so<span class="said"> (said of noise 0.1)</span></span>.'
    )
    assert apply("It is <!-- usual samples -->so<!-- /usual -->.", others) == (
        'It is <span class="usual" data-settings="samples">so</span>.'
    )


@pytest.mark.parametrize(
    "said, values, goes",
    [
        ("noise=0.3 at The-floors", "{&quot;noise&quot;:&quot;0.3&quot;}", "The-floors"),
        (
            "noise=1e-3\n samples=1000 at cell-4",
            "{&quot;noise&quot;:&quot;1e-3&quot;,&quot;samples&quot;:&quot;1000&quot;}",
            "cell-4",
        ),
        (
            'law="heavy tailed" at What-"close"-means',
            "{&quot;law&quot;:&quot;heavy tailed&quot;}",
            "What-&quot;close&quot;-means",
        ),
        (
            'file="a, <b>.csv" fast=false at x',
            "{&quot;file&quot;:&quot;a, &lt;b&gt;.csv&quot;,&quot;fast&quot;:&quot;false&quot;}",
            "x",
        ),
    ],
)
def test_try(said, values, goes):
    button = apply(f"Set it. <!-- try {said} -->", SETTINGS)
    assert apply(f"Set it.<!-- try {said} -->", SETTINGS) == button
    assert button.startswith('Set it. <button type="button" class="try" aria-label="Try it: ')
    assert button.endswith(f' data-set="{values}" data-go="{goes}" hidden>Try it</button>')


@pytest.mark.parametrize(
    "source, message",
    [
        ("It <!-- Usual -->is", "<!-- Usual --> is no directive; those are usual, jupyterlab, /usual, /jupyterlab, page, try; "),
        ("It <!-- /page -->is", "<!-- /page --> is no directive"),
        ("It <!-- usual -->is so", "<!-- usual --> is not ended; write <!-- /usual --> after what it is about, in the same cell"),
        ("It <!-- page is so", "<!-- page is a comment that is not ended; write --> after it"),
        ("It is<!-- /usual --> so", "<!-- /usual --> ends what has not begun; leave it out, or write <!-- usual --> before"),
        (
            "A <!-- usual -->b <!-- page c -->",
            "<!-- page c --> stands in <!-- usual -->, which holds no other; write <!-- /usual --> before it",
        ),
        ("A <!-- jupyterlab -->b<!-- usual -->", "<!-- usual --> stands in <!-- jupyterlab -->, which holds no other"),
        ("A <!-- usual -->b<!-- /jupyterlab -->", "<!-- /jupyterlab --> stands in <!-- usual -->"),
        ("A <!-- jupyterlab b -->", "<!-- jupyterlab b --> says more than jupyterlab; leave “b” out"),
        ("A <!-- page -->", "<!-- page --> has no text; write it after the word"),
        ("One\n<!-- usual -->Two<!-- /usual -->", "<!-- usual --> begins a line, the rest of which Markdown does not read; "),
        ("1. <!-- usual -->Two<!-- /usual -->", "<!-- usual --> begins a line"),
        (
            "A <!-- usual -->b\n\nc<!-- /usual -->",
            "<!-- usual --> goes on beyond its paragraph, item or cell; end it there, and begin",
        ),
        ("- A <!-- usual -->b\n- c<!-- /usual -->", "<!-- usual --> goes on beyond its paragraph"),
        (
            "A <!-- usual nois -->b<!-- /usual -->",
            "names nois, which is no setting; the settings are noise, samples, law, file, fast",
        ),
        ("A <!-- try nois=1 at x -->", "<!-- try nois=1 at x --> names nois, which is no setting"),
        ("A <!-- try noise=1 -->", "<!-- try noise=1 --> is not of the form <!-- try NAME=VALUE at HEADING -->"),
        ("A <!-- try at x -->", "is not of the form"),
        ("A <!-- try noise=1.5 at x -->", "sets noise to 1.5; it is from 0 to 1"),
        ("A <!-- try noise=a at x -->", "sets noise to a; it is a number"),
        ("A <!-- try noise=nan at x -->", "sets noise to nan; it is a number"),
        ("A <!-- try samples=5.5 at x -->", "sets samples to 5.5; it is a whole number"),
        ("A <!-- try law=none at x -->", "sets law to none; it is one of growing, heavy tailed"),
        ("A <!-- try fast=yes at x -->", "sets fast to yes; it is one of true, false"),
    ],
)
def test_refused(source, message):
    with pytest.raises(ValueError) as refused:
        apply(source, SETTINGS)
    assert message in str(refused.value)


def exported(text):
    cells = [
        nbformat.v4.new_markdown_cell("# A title\n\nOne."),
        nbformat.v4.new_code_cell("const noise float64 = 0.1 // [0, 1] the noise", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell(text),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    return tutorial.TutorialExporter().from_notebook_node(notebook, {"metadata": {"name": "lab", "beside": []}})[0]


def test_page():
    """What is marked is read as Markdown in the page, with formulas, and a button stays in its item."""
    page = exported(
        "<!-- page *First*. -->\n\n"
        "1. <!-- usual noise -->\n   Then $x$ and `a_b_c`, *so*.\n   <!-- /usual --> <!-- try noise=0.3 at A-title -->\n"
        "2. Now <!-- jupyterlab -->press Enter; <!-- /jupyterlab -->two."
    )
    assert "<p><em>First</em>.</p>" in page
    assert '<li><span class="usual" data-settings="noise">Then <' in page
    assert '<code>a_b_c</code>, <em>so</em>.</span> <button type="button" class="try"' in page
    assert "hidden>Try it</button></li>" in page
    assert "<li>Now two.</li>" in page


def test_page_refused():
    """A page is refused with the cell in which a directive is wrong."""
    with pytest.raises(tutorial.NotATutorial, match=r"text cell 2 \(It <!-- .*\): .* which is no setting; "):
        exported("It <!-- usual nois -->is<!-- /usual -->")


def test_places():
    """A button goes to a heading or to a code cell."""
    quoted = exported('## What "close" means\n\nA <!-- try noise=1 at What-"close"-means -->')
    assert 'data-go="What-&quot;close&quot;-means"' in quoted
    assert 'data-go="cell-1"' in exported("A <!-- try noise=1 at cell-1 -->")
    with pytest.raises(tutorial.NotATutorial, match="a try goes to cell-2, which is not in the page; "):
        exported("A <!-- try noise=1 at cell-2 -->")
