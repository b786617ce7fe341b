"""nbconvert's exporter for tutorials: one HTML file that makes no request and that everyone can read.

nbconvert finds it by its entry point, so it is `jupyter nbconvert --to tutorial` on the command line and "Tutorial" in
JupyterLab's File > Save and Export Notebook As. The page itself is written by templates/tutorial/index.html.j2.
"""

import base64
import html
import json
import re
import shlex
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import nbformat
from mistune.plugins.table import render_table
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.utils.exceptions import ConversionException
from traitlets import default

from mdn_jupyter.mathml import Unknown, mathml

TEMPLATES = Path(__file__).parent / "templates"
CHECKOUT = Path(__file__).parents[3]  # this package is installed editable, so that it lies in the checkout
LIVE = CHECKOUT / ".jupyter" / "live" / "live.html"  # the part of a page that trains in the browser
RECORDER = CHECKOUT / ".jupyter" / "bin" / "tutorial-record"

KIND = "mdn"  # the key of an output's metadata under which the package figure says what is shown
CHART = "application/vnd.mdn.chart+json"
NUMBERS = "application/vnd.mdn.numbers+json"
DRAWINGS = {"desk": "application/vnd.mdn.chart.desk+svg", "phone": "application/vnd.mdn.chart.phone+svg"}  # of a chart
LEVELS = ("what", "numbers", "trend", "point")  # of a chart's description, from the kind of chart to what to take from it
PICTURES = ("image/png", "image/svg+xml", "image/jpeg")
# A browser would put the comma after a formula at the beginning of the next line.
FORMULA = '<math display="inline">(?:(?!</math>).)*</math>'
BESIDE_FORMULA = re.compile(rf"""[(“"]?{FORMULA}[^\s<]+|[(“"]{FORMULA}""")


class NotATutorial(ConversionException):
    """The notebook lacks something that a page needs; the message says in which cell."""


class TutorialExporter(TemplateExporter):
    export_from_notebook = "Tutorial"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    @default("template_name")
    def _template_name_default(self):
        return "tutorial"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self):
        return [str(TEMPLATES)]

    def from_notebook_node(self, nb, resources=None, **options):
        page, resources = super().from_notebook_node(nb, resources, **options)
        check(page)
        return page, resources

    def _init_preprocessors(self):
        super()._init_preprocessors()
        self.register_preprocessor(prepare)  # after all others, one of which may run the notebook


def prepare(notebook, resources):
    """Turn a notebook into what the template shows, resources["page"], or raise NotATutorial.

    resources["record"] is the record of its run, as the JSON that goes beside the page.
    """
    where = resources.get("metadata", {})
    name, folder, beside = where.get("name", "notebook"), where.get("path") or ".", where.get("beside")
    resources["record"] = record_of(notebook, name)
    page = Page(folder, beside)
    counts = {}
    for cell in notebook.cells:
        counts[cell.cell_type] = counts.get(cell.cell_type, 0) + 1
        kind = "text" if cell.cell_type == "markdown" else cell.cell_type
        first = cell.source.strip().partition("\n")[0]
        try:
            page.add(cell, counts[cell.cell_type])
        except (NotATutorial, Unknown) as error:
            raise NotATutorial(f"{kind} cell {counts[cell.cell_type]} ({first}): {error}") from error
    if not page.headings:
        raise NotATutorial("there is no cell with a title")
    before, after = neighbours(name, folder, beside)
    record = json.loads(resources["record"])
    resources["page"] = {
        "record": record,
        "cells": page.cells,
        "contents": page.headings[1:],
        "before": before,
        "after": after,
        "lab": f"go run ./kernel-setup lab {shlex.quote(name)}",
        "style": (TEMPLATES / "tutorial" / "page.css").read_text("utf-8"),
        "filter": (TEMPLATES / "tutorial" / "map.svg").read_text("utf-8"),
        "script": (TEMPLATES / "tutorial" / "page.js").read_text("utf-8"),
        "touch": (TEMPLATES / "tutorial" / "touch.js").read_text("utf-8"),
        "touch_style": (TEMPLATES / "tutorial" / "touch.css").read_text("utf-8"),
        "font": base64.b64encode((TEMPLATES / "tutorial" / "maths.woff2").read_bytes()).decode() if page.maths else "",
    }
    return notebook, resources


class Page:
    """What is read from the cells, one after the other."""

    def __init__(self, folder, beside):
        self.folder, self.beside = folder, beside
        self.cells, self.headings = [], []
        self.figures, self.maths = 0, False

    def add(self, cell, number):
        if cell.cell_type == "markdown":
            self.add_text(cell)
        elif cell.cell_type == "code" and cell.source.strip():
            outputs = list(self.outputs(cell))
            self.cells.append({"kind": "code", "number": number, "code": highlight(cell.source), "outputs": outputs})

    def add_text(self, cell):
        if not self.headings and not cell.source.startswith("# "):
            raise NotATutorial("the page has no title: the first cell has to begin with “# ” and a title")
        text = self.markdown(cell.source, cell.get("attachments", {}))
        self.cells.append({"kind": "text", "html": text})

    def outputs(self, cell):
        """Yield the outputs of a cell as the template shows them."""
        printed = results = None  # what is printed in several pieces is shown as one, and so are key numbers one after the other
        for output in cell.outputs:
            if output.output_type == "error":
                raise NotATutorial(f"it fails: {output.ename} {output.evalue}".strip())
            data, kind = output.get("data", {}), output.get("metadata", {}).get(KIND)
            if kind == "numbers" and "text/markdown" not in data:  # a single one
                printed = None
                if results is None:
                    results = {"kind": "results", "results": []}
                    yield results
                results["results"].append(result(data[NUMBERS]))
                continue
            results = None
            if output.output_type == "stream":
                if printed is None:
                    printed = {"kind": "printed", "text": ""}
                    yield printed
                printed["text"] += ansi2html(output.text)
                continue
            printed = None
            if any(picture in data for picture in PICTURES):
                yield self.figure(output)
            elif kind == "live":  # what stands in the notebook needs JupyterLab
                yield from live(output.metadata["live"])
            elif kind in ("caption", "progress"):
                continue  # the figure has a caption, and training is over
            elif "text/markdown" in data:
                yield {"kind": "html", "html": self.markdown(data["text/markdown"])}
            elif "text/html" in data:
                check_part(data["text/html"])
                yield {"kind": "html", "html": data["text/html"]}
            elif data.get("text/plain"):
                yield {"kind": "printed", "text": html.escape(data["text/plain"])}

    def figure(self, output):
        """Return a chart with its name, its drawings, its description and the tables behind it."""
        if output.metadata.get(KIND) != "chart" or not output.metadata.get("alt"):
            raise NotATutorial(
                "it shows a picture without a description and the numbers behind it; run it again, and show charts by figure.Show"
            )
        for kind in DRAWINGS.values():
            if kind not in output.data:
                raise NotATutorial(f"its chart has no drawing of the type {kind}; run it again")
            check_part(output.data[kind])
        # As text, numbers keep the digits that they are written with.
        chart = output.data[CHART]
        chart = json.loads(chart if isinstance(chart, str) else json.dumps(chart), parse_float=str, parse_int=str)
        self.figures += 1
        return {
            "kind": "figure",
            "number": self.figures,
            "title": chart["title"].rstrip("."),
            "words": [chart["description"][level] for level in LEVELS if chart["description"][level]],
            "drawings": {reader: output.data[kind] for reader, kind in DRAWINGS.items()},
            "tables": [{**table, "of": int(table["of"])} for table in chart["tables"] or []],
        }

    def markdown(self, source, attachments=None):
        renderer = Renderer(self, escape=False, path=self.folder, attachments=attachments or {})
        text = MarkdownWithMath(renderer=renderer).render(source)
        text = BESIDE_FORMULA.sub(r'<span class="together">\g<0></span>', text)
        check_part(text)
        return text


def result(numbers):
    """Return the name of a single key number and what is written of it, with its unit."""
    numbers = json.loads(numbers) if isinstance(numbers, str) else numbers
    (row,), (column,) = numbers["rows"], numbers["columns"]
    return row["name"], f"{row['cells'][0]['text']} {column['unit']}".strip()


def check(page):
    """Raise NotATutorial where a page, or a part, asks the network for something or shows a picture without a description."""
    reader = Reader()
    reader.feed(page + "</style>")  # a style sheet that is not ended is read as well
    reader.close()


def check_part(part):
    """Raise NotATutorial where a part of a page, which a notebook's author has written, cannot be in it.

    That is where check refuses it, where it runs a program of its own, and where it would change what follows, as it does not end
    what it begins.
    """
    reader = PartReader()
    reader.feed(part)
    if reader.rawdata.lstrip().startswith("<"):
        raise NotATutorial(f"it ends in the middle of {reader.rawdata.strip()[:20]}; end that, or write &lt; for a plain <")
    reader.close()
    if reader.begun:
        raise NotATutorial(
            f"it begins <{reader.begun[-1]}> and does not end it; write </{reader.begun[-1]}>, or &lt; for a plain <"
        )
    check(part)


# The attributes whose address a browser opens by itself. A link, which the reader may follow, has an href as well.
LOADING = {"src", "href", "xlink:href", "poster", "background", "data"}
LOADING_SEVERAL = {"srcset", "imagesrcset"}
LINKS = {"a", "area"}


class Reader(HTMLParser):
    """Reads HTML as a browser does, for check."""

    def __init__(self):
        super().__init__()
        self.style = ""  # what the style sheet says that is being read

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            value = (value or "").strip()
            if name in LOADING and not (tag in LINKS and name.endswith("href")):
                self.loads(value, tag)
            elif name in LOADING_SEVERAL:
                for address in re.findall(r"[\s,]*(\S*[^\s,])(?:\s[^,]*)?", value):
                    self.loads(address, tag)
            elif name == "style":
                self.loads_by_style(value)
            elif name == "srcdoc":
                check(value)
            elif name == "http-equiv" and value.lower() == "refresh":
                raise NotATutorial("it leads to another page by itself; write a link to that page instead")
        if tag == "img" and not (dict(attributes).get("alt") or "").strip():
            raise NotATutorial(
                'it shows a picture without a description; write ![what there is to see](…) in Markdown, or alt="…" in HTML'
            )

    def handle_data(self, data):
        if self.cdata_elem == "style":
            self.style += data  # which comes in several pieces

    def handle_endtag(self, tag):
        if tag == "style":
            self.loads_by_style(self.style)
            self.style = ""

    def loads_by_style(self, style):
        for address in re.findall(r"""(?i)(?:url\(|@import\s*(?=["']))[\s"']*([^\s"')]*)""", style):
            self.loads(address, "style")

    def loads(self, address, tag):
        if address and not address.lower().startswith(("data:", "#")):
            verb = "shows" if tag == "img" else "asks for"
            raise NotATutorial(f"it {verb} {address}, which is not part of the notebook")


# Elements that have no end, or whose end HTML lets out.
ENDLESS = set("area base br col embed hr img input link meta param source track wbr".split())
ENDLESS |= set("p li dt dd tr td th thead tbody tfoot caption colgroup option optgroup rt rp".split())
PROGRAMS = {"script", "iframe", "frame", "object", "embed", "applet", "base"}


class PartReader(HTMLParser):
    """Reads a part of a page, for check_part."""

    def __init__(self):
        super().__init__()
        self.begun = []  # the elements that have begun and not ended

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag not in ENDLESS:
            self.begun.append(tag)

    def handle_startendtag(self, tag, attributes):
        Reader().handle_starttag(tag, attributes)  # what asks the network is named as that
        if tag in PROGRAMS:
            raise NotATutorial(f"it has a <{tag}>, which a page does not take from a notebook; show what it would do by figure")
        for name, _ in attributes:
            if name.startswith("on"):
                raise NotATutorial(f"it has a program, {name}, which a page does not take from a notebook; leave it out")

    def handle_endtag(self, tag):
        if tag in ENDLESS:
            return
        if tag not in self.begun:
            raise NotATutorial(f"it ends </{tag}>, which it has not begun; leave that out, or write &lt; for a plain <")
        while self.begun.pop() != tag:
            pass


class Renderer(IPythonRenderer):
    """Renders Markdown with formulas as MathML, headings that can be linked to, and links to pages in place of notebooks."""

    def __init__(self, page, **options):
        super().__init__(**options)
        self.page = page

    def heading(self, text, level, **attributes):
        level, headings = int(level), self.page.headings
        plain = html.unescape(re.sub(r"<[^>]*>", "", text)).strip()
        if level == 1 and headings:
            raise NotATutorial(f"the heading “{plain}” is a second title; a page has one")
        if headings and level > headings[-1]["level"] + 1:
            above = headings[-1]["level"]
            raise NotATutorial(f"the heading “{plain}” is of level {level}, and the one before it of level {above}")
        anchor = plain.replace(" ", "-")  # as in JupyterLab
        taken = sum(heading["plain"] == plain for heading in headings)
        if taken:
            anchor += f"-{taken + 1}"
        headings.append({"level": level, "text": plain, "plain": plain, "html": text, "anchor": anchor})
        link = f'<a class="anchor" href="#{quote(anchor)}">{text}</a>'
        return f'<h{level} id="{html.escape(anchor)}">{link if level > 1 else text}</h{level}>\n'

    def link(self, text, url, title=None):
        path, hash_sign, anchor = url.partition("#")
        if path.endswith(".ipynb") and ":" not in path:
            name = path.removesuffix(".ipynb")
            if self.page.beside is not None and unquote(name) not in self.page.beside:
                return text  # there is no such page
            url = name + ".html" + hash_sign + anchor
        elif path and ":" not in path:
            return text  # a file in the checkout, which the page's reader does not have
        return super().link(text, url, title)

    def image(self, text, url, title=None):
        if not url.startswith(("attachment:", "data:")):
            url = self._src_to_base64(url) or url
        return super().image(text, url, title)

    def table(self, text):
        return f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{render_table(self, text)}</div>'

    def block_code(self, code, info=None):
        return f'<div class="code">{highlight(code)}</div>\n' if info == "go" else super().block_code(code, info)

    def formula(self, tex, display=False):
        self.page.maths = True
        return mathml(tex, display)

    def inline_math(self, body):
        return self.formula(body)

    def block_math(self, body):
        # Formulas that stand beside each other stand under each other on a phone.
        parts = body.split(r"\qquad")
        if any(part.count("{") != part.count("}") or r"\begin" in part and r"\end" not in part for part in parts):
            parts = [body]
        formulas = "".join(self.formula(part, display=True) for part in parts)
        return f'<span class="formula" tabindex="0" role="group" aria-label="Formula">{formulas}</span>'

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


def highlight(source):
    """Return Go code coloured as Go: <div class="highlight"><pre>…"""
    coloured = Highlight2HTML(pygments_lexer="go")(source.strip("\n"))
    return re.sub(r'<span class="(?:n|nx|nf|o|p|w)">([^<]*)</span>', r"\1", coloured)  # these have the colour of text


def neighbours(name, folder, beside):
    """Return the pages before and after a notebook in reading order, each with its title, where there are any."""
    notebooks = sorted(Path(folder).glob("[0-9][0-9]-*.ipynb"))
    names = [notebook.stem for notebook in notebooks]
    if name not in names:
        return None, None
    at = names.index(name)

    def entry(i):
        if not 0 <= i < len(notebooks) or beside is not None and names[i] not in beside:
            return None
        cells = nbformat.read(notebooks[i], as_version=4).cells
        title = cells[0].source.partition("\n")[0].removeprefix("# ") if cells else names[i]
        return {"page": quote(names[i]) + ".html", "title": title.partition(":")[0]}

    return entry(at - 1), entry(at + 1)


def record_of(notebook, name):
    """Return the record of the notebook's run as JSON, see kernel-setup/record."""
    try:
        made = subprocess.run(
            [RECORDER, "-checkout", CHECKOUT, "-name", name],
            input=nbformat.writes(notebook),
            capture_output=True,
            encoding="utf-8",
        )
    except FileNotFoundError:
        raise NotATutorial(f"{RECORDER} is not there; run go run ./kernel-setup lab, which installs it") from None
    if made.returncode:
        raise NotATutorial(made.stderr.strip())
    return made.stdout


def live(settings):
    """Yield the part that trains in the browser, with the settings that figure.Live was given, where it has been built."""
    if LIVE.exists():
        yield {"kind": "html", "html": LIVE.read_text("utf-8").replace('{"live":"settings"}', settings.replace("<", "\\u003c"))}
