"""What comments in the text of a notebook say of its page. JupyterLab and GitHub show nothing of them.

    <!-- usual -->The two lines are nowhere more than 0.03 apart.<!-- /usual -->
        is said of the usual settings, and the page says so where its settings are others; it can name those that it depends on,
        <!-- usual noise seed -->
    <!-- jupyterlab -->, then choose *Run > Run All Cells*<!-- /jupyterlab -->
        is not in the page
    <!-- page Move one, and the page is computed again. -->
        is only in the page
    <!-- try noise=0.3 law="two words" at The-floors -->
        is a button that sets settings and goes to a heading, or to the code cell cell-4

A directive that begins a line, or an item of a list, stands there without text:
Markdown leaves what follows a comment there as it is.
"""

import html
import json
import re
from decimal import Decimal
from typing import NamedTuple

ENCLOSING = ("usual", "jupyterlab")  # these have an end
WORDS = (*ENCLOSING, *("/" + word for word in ENCLOSING), "page", "try")

# Code comes first, as there are no comments in it.
CODE_OR_COMMENT = re.compile(
    r"""
    ^[ >]*(?P<fence>`{3,}|~{3,}).*?(?:^[ >]*(?P=fence)|\Z)
    | (?P<ticks>`+)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)
    | `+ | \\.
    | <!--(?P<comment>.*?)(?P<end>-->|\Z)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
WORD_AND_TEXT = re.compile(r"\s*(\S*)\s*(.*?)\s*", re.DOTALL)
BEGINS_A_LINE = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*")
NEXT_BLOCK = re.compile(r"\n\s*(?:\n|[-*+#>]\s|\d+[.)]\s|\|)")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
SETS = r'\w+=(?:"[^"]*"|[^\s"]+)'
TRY = re.compile(rf"((?:{SETS}\s+)+)at\s+(\S+)")


class Directive(NamedTuple):
    word: str
    text: str  # what follows the word
    start: int
    end: int

    def __str__(self):
        text = " ".join(self.text.split())
        return f"<!-- {self.word} {text[:40]}{'…' if len(text) > 40 else ''}".rstrip() + " -->"


def apply(source, settings):
    """Return the Markdown of a cell as its page needs it, or raise ValueError. settings are those of the record."""
    settings = {setting["name"]: setting for setting in settings}
    parts, end, begun = [], 0, None
    for directive in directives(source):
        before, end = source[end : directive.start], directive.end
        if begun:
            if directive.word != "/" + begun.word:
                raise ValueError(f"{directive} stands in {begun}, which holds no other; write <!-- /{begun.word} --> before it")
            parts.append(usual(begun, before, settings) if begun.word == "usual" else "")
            begun = None
            continue
        parts.append(before)
        if directive.word.startswith("/"):
            raise ValueError(f"{directive} ends what has not begun; leave it out, or write <!-- {directive.word[1:]} --> before")
        if directive.word in ENCLOSING:
            begun = directive
        elif directive.word == "page":
            parts.append(directive.text)
        else:  # a button does not touch the word before it
            parts.append("" if before[-1:].isspace() else " ")
            parts.append(button(directive, settings))
    if begun:
        raise ValueError(f"{begun} is not ended; write <!-- /{begun.word} --> after what it is about, in the same cell")
    return "".join(parts) + source[end:]


def directives(source):
    """Yield the directives of a cell. Other comments, and what stands in code, are none."""
    for found in CODE_OR_COMMENT.finditer(source):
        word, text = WORD_AND_TEXT.fullmatch(found["comment"] or "").groups()
        if word.lower().lstrip("/") not in WORDS:
            continue
        directive = Directive(word, text, *found.span())
        if word not in WORDS:
            raise ValueError(
                f"{directive} is no directive; those are {', '.join(WORDS)}; begin a plain comment with another word"
            )
        if not found["end"]:
            raise ValueError(f"<!-- {word} is a comment that is not ended; write --> after it")
        if word in ("/usual", "/jupyterlab", "jupyterlab") and directive.text:
            raise ValueError(f"{directive} says more than {word}; leave “{directive.text}” out")
        if word == "page" and not directive.text:
            raise ValueError(f"{directive} has no text; write it after the word, <!-- page This is only in the page. -->")
        check_place(source, directive)
        yield directive


def check_place(source, directive):
    """Raise ValueError where Markdown would leave what follows the directive on its line as it is."""
    before = source[source.rfind("\n", 0, directive.start) + 1 : directive.start]
    after = re.sub("<!--.*?-->", "", source[directive.end :].partition("\n")[0])
    if BEGINS_A_LINE.fullmatch(before) and after.strip():
        raise ValueError(
            f"{directive} begins a line, the rest of which Markdown does not read; "
            "write it after the first word, or on a line of its own"
        )


def usual(directive, text, settings):
    """Return the text as an element for the page's script, and say of which settings it is said where the page has others."""
    if NEXT_BLOCK.search(text.strip()):
        raise ValueError(f"{directive} goes on beyond its paragraph, item or cell; end it there, and begin another one")
    about = [known(directive, name, settings) for name in directive.text.split()]
    text = re.sub(r"^\s*\n\s*|\s*\n\s*$", "", text)
    names = f' data-settings="{" ".join(directive.text.split())}"' if directive.text else ""
    others = [setting for setting in about or settings.values() if setting.get("value") != setting.get("default")]
    said = ", ".join(f"{setting['name']} {setting['default']}".replace("-", "−") for setting in others)
    note = f'<span class="said"> (said of {html.escape(said)})</span>' if others else ""
    return f'<span class="usual"{names}>{text}{note}</span>'


def button(directive, settings):
    """Return the button of a try. It is hidden, because without the page's script it does nothing."""
    found = TRY.fullmatch(directive.text)
    if not found:
        raise ValueError(f"{directive} is not of the form <!-- try NAME=VALUE at HEADING -->, where HEADING has - for each space")
    values = {}
    for name, _, value in (pair.partition("=") for pair in re.findall(SETS, found[1])):
        values[name] = value.removeprefix('"').removesuffix('"')
        check_value(directive, known(directive, name, settings), values[name])
    attributes = {
        "aria-label": "Try it: " + ", ".join(f"{name} = {value}" for name, value in values.items()),
        "data-set": json.dumps(values, ensure_ascii=False, separators=(",", ":")),
        "data-go": found[2],
    }
    written = " ".join(f'{name}="{html.escape(text)}"' for name, text in attributes.items())
    return f'<button type="button" class="try" {written} hidden>Try it</button>'


def places(page):
    """Return where the buttons in a part of a page go."""
    return [html.unescape(place) for place in re.findall(r'<button type="button" class="try" [^>]*data-go="([^"]*)"', page)]


def known(directive, name, settings):
    """Return the setting of a name."""
    if name not in settings:
        raise ValueError(f"{directive} names {name}, which is no setting; the settings are {', '.join(settings) or 'none'}")
    return settings[name]


def check_value(directive, setting, value):
    """Raise ValueError where a setting cannot be the value. export reads values as well, and more strictly."""
    name, choices, limits = setting["name"], setting.get("choices"), setting.get("range")
    if choices:
        if value not in choices:
            raise ValueError(f"{directive} sets {name} to {value}; it is one of {', '.join(choices)}")
    elif setting["type"] != "string":
        whole = not setting["type"].startswith("float")
        if not (re.fullmatch(r"[+-]?\d+", value) if whole else NUMBER.fullmatch(value)):
            raise ValueError(f"{directive} sets {name} to {value}; it is a {'whole ' if whole else ''}number")
        if limits and not Decimal(limits["low"]) <= Decimal(value) <= Decimal(limits["high"]):
            raise ValueError(f"{directive} sets {name} to {value}; it is from {limits['low']} to {limits['high']}")
