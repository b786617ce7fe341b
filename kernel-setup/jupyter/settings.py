"""The settings of notebooks: the constants of the cell tagged parameters, each with its range and meaning in a comment.

    const noise float64 = 0.1 // [0, 1] σ₀, the spread of y for each unit of x
    const law string = "growing" // [growing, constant] how the noise depends on x

usage: settings.py list NOTEBOOK…
       settings.py pages NOTEBOOK… -- NAME=VALUE[,VALUE…]…

The first prints the settings. The second says which pages those values make, as JSON, one line for each notebook; what
cannot be is said on stderr, with exit status 2.
"""

import itertools
import json
import math
import os
import re
import sys
from urllib.parse import quote

import nbformat
from papermill.translators import papermill_translators

MOST_PAGES = 64


class Mistake(Exception):
    """What the user asks for cannot be."""


class Setting:
    def __init__(self, parameter):
        self.name, self.type, self.default, comment = parameter
        self.range, self.meaning = re.fullmatch(r"(\[[^\]]*\])?\s*(.*)", comment).groups()

    def read(self, text):
        """Return the value that a text stands for, if the setting can have it."""
        choices = [choice.strip() for choice in self.range[1:-1].split(",")] if self.range else []
        if self.type in ("string", "bool"):
            choices = choices or (["true", "false"] if self.type == "bool" else [text])
            if text not in choices:
                raise Mistake(f"{self.name} = {text} is none of {', '.join(choices)}")
            return text == "true" if self.type == "bool" else text
        kind, parse = ("a whole number", int) if "int" in self.type else ("a number", float)
        try:
            value = parse(text)
        except ValueError:
            raise Mistake(f"{self.name} = {text} is not {kind} ({self.type})")
        try:
            low, high = map(float, choices or (-math.inf, math.inf))
        except ValueError:
            raise Mistake(f"the range of {self.name}, {self.range}, is not two numbers")
        if not (low <= value <= high and abs(value) < math.inf):
            raise Mistake(f"{self.name} = {text} is outside of {self.range or 'what Go can write'}")
        return value


def read(path):
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise Mistake(f"{path} cannot be read as a notebook: {error}")


def tagged(cell, tag):
    return tag in cell.metadata.get("tags", [])


def translator():
    return papermill_translators.find_translator(None, "go")


def settings_of(notebook):
    """Return the settings of a notebook by name, in its own order."""
    for cell in notebook.cells:
        if tagged(cell, "parameters"):
            return {parameter.name: Setting(parameter) for parameter in translator().inspect(cell)}
    return {}


def split(assignment):
    name, equals, value = assignment.partition("=")
    if not (name and equals and value):
        raise Mistake(f'"{assignment}" is not of the form NAME=VALUE')
    return name.strip(), value.strip()


def write(value):
    """Return a value as text, the same for every way to write it."""
    return json.dumps(value).removesuffix(".0") if not isinstance(value, str) else value


def pages(notebooks, assignments):
    """Return for each notebook the pages that the assignments make of it.

    A notebook takes those settings that it has; with several values for one, it makes a page for each combination.
    """
    asked = {}
    for name, values in map(split, assignments):
        if name in asked:
            raise Mistake(f"{name} is set twice; for a page with each value write -set {name}={asked[name]},{values}")
        asked[name] = values
    known = {path: settings_of(read(path)) for path in notebooks}
    for name in asked:
        if not any(name in settings for settings in known.values()):
            raise Mistake(f"there is no setting {name}")

    axes = {
        path: [
            [(name, value) for value in dict.fromkeys(write(setting.read(text.strip())) for text in asked[name].split(","))]
            for name, setting in settings.items()
            if name in asked
        ]
        for path, settings in known.items()
    }
    count = sum(math.prod(map(len, own)) for own in axes.values())
    if count > MOST_PAGES:
        raise Mistake(f"these settings make {count} pages, and {MOST_PAGES} are the most at once")
    return [
        {
            "notebook": path,
            "pages": [
                {"suffix": "".join(map(suffix, page)), "settings": [f"{name} = {value}" for name, value in page]}
                for page in itertools.product(*own)
            ],
            # Many values would make too long a name for a file, so the index names only the settings that have several.
            "index": "".join(suffix(axis[0]) if len(axis) == 1 else "." + axis[0][0] for axis in own),
            "title": "; ".join(f"{axis[0][0]} = {', '.join(value for _, value in axis)}" for axis in own),
        }
        for path, own in axes.items()
    ]


def suffix(setting):
    """Return what a setting adds to the name of a page, which is safe in a file's name."""
    name, value = setting
    return f".{name}={quote(value, safe='+')}"


def inject(notebook, assignments):
    """Give settings of a notebook other values, in a cell after the one that declares them, and say so in its title."""
    settings = settings_of(notebook)
    values = {name: settings[name].read(value) for name, value in map(split, assignments)}
    notebook.metadata.papermill = {"parameters": values}  # all of this as papermill has it
    cell = nbformat.v4.new_code_cell(
        translator().codify(values, "In place of the values above").rstrip(),
        id="injected-parameters",
        metadata={"tags": ["injected-parameters"]},
    )
    notebook.cells = [c for c in notebook.cells if not tagged(c, "injected-parameters")]
    declaring = next(i for i, c in enumerate(notebook.cells) if tagged(c, "parameters"))
    notebook.cells.insert(declaring + 1, cell)

    said = ", ".join(f"{name} = {write(value)}" for name, value in values.items())
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            heading, newline, rest = cell.source.partition("\n")
            cell.source = f"{heading}\n\n**With {said}.**\n{newline}{rest}"
            notebook.metadata.title = f"{heading.removeprefix('# ')} ({said})"
            break


def table(path):
    """Return the settings of a notebook as lines of text."""
    rows = [("name", "type", "default", "range", "meaning")]
    rows += [(s.name, s.type, s.default, s.range or "", s.meaning) for s in settings_of(read(path)).values()]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
    name = os.path.basename(path).removesuffix(".ipynb")
    return "\n".join([name, *("  " + line for line in lines)]) if len(rows) > 1 else f"{name} has no settings"


def main(verb, *arguments):
    end = arguments.index("--") if "--" in arguments else len(arguments)
    notebooks, assignments = arguments[:end], arguments[end + 1 :]
    known = ""
    try:
        known = "\n\n".join(map(table, notebooks))
        if verb == "list":
            print(known)
        else:
            for entry in pages(notebooks, assignments):
                print(json.dumps(entry))
    except Mistake as mistake:
        print(f"{mistake}; these are the settings:\n\n{known}" if known else mistake, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
