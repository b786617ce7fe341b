"""nbconvert's exporter for tutorials: one HTML file that makes no request and that everyone can read.

nbconvert finds it by its entry point, so it is `jupyter nbconvert --to tutorial` on the command line and "Tutorial" in
JupyterLab's File > Save and Export Notebook As. The page itself is written by templates/tutorial/index.html.j2.
"""

import base64
import hashlib
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

from mdn_jupyter import directives
from mdn_jupyter.mathml import Unknown, mathml

TEMPLATES = Path(__file__).parent / "templates"
CHECKOUT = Path(__file__).parents[3]  # this package is installed editable, so that it lies in the checkout
LIVE = CHECKOUT / ".jupyter" / "live"  # the part of a page that trains while it is watched
OUT_OF_DATE = "mdn"  # in the metadata of a cell, see labextensions/mdn/static/watch.js
PARTS = CHECKOUT / ".jupyter" / "bin" / "tutorial-parts"  # says what a page is made of

PICTURES = ("image/png", "image/svg+xml", "image/jpeg")
FOR_THE_KERNEL = re.compile(r"(?m)^%noautoget$\n?")  # which says nothing to the reader of a page
# A browser would put the comma after a formula at the beginning of the next line.
FORMULA = '<math display="inline">(?:(?!</math>).)*</math>'
BESIDE_FORMULA = re.compile(rf"""[(“"]?{FORMULA}[^\s<]+|[(“"]{FORMULA}""")
FIRST_OF_ROW = re.compile(r"(?s)(<tr>\s*)<td(.*?)</td>")  # names the row


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

    resources["record"] is the record of its run, which goes beside the page, and resources["notes"] what its maker should know.
    """
    where = resources.get("metadata", {})
    name, folder, beside = where.get("name", "notebook"), where.get("path") or ".", where.get("beside")
    parts = parts_of(notebook, name, folder)
    record = parts["record"]
    resources["record"], resources["notes"] = record, parts["notes"]
    page = Page(folder, beside, parts)
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
    page.check_places()
    before, after = neighbours(name, folder, beside)
    scripts = {"early": part("early.js"), "page": part("page.js") + part("touch.js")}
    if parts["again"]:
        scripts["again"] = parts["again"]["script"]
    resources["page"] = {
        "record": record,
        "cells": page.cells,
        "again": again(parts["again"]),
        "contents": page.headings[1:],
        "before": before,
        "after": after,
        "sweep": where.get("sweep"),
        "lab": f"go run ./kernel-setup lab {shlex.quote(name)}",
        "style": part("chart.css") + part("page.css"),
        "dark": part("dark.css"),
        "filter": part("map.svg"),
        "scripts": scripts,
        "allowed": allowed([*scripts.values(), *page.scripts]),
        "touch_style": part("touch.css"),
        "font": base64.b64encode((TEMPLATES / "tutorial" / "maths.woff2").read_bytes()).decode() if page.maths else "",
    }
    return notebook, resources


def part(name):
    """Return what a page has of the template's folder."""
    return (TEMPLATES / "tutorial" / name).read_text("utf-8")


def allowed(scripts):
    """Return what a page's Content-Security-Policy says of its scripts: these run, and nothing else that stands in the page.

    So nothing that an author has written runs there, whatever a browser makes of it that check_part has not seen.
    """
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    return " ".join(f"'sha256-{digest}'" for digest in sorted(hashes))


class Page:
    """What is read from the cells, one after the other."""

    def __init__(self, folder, beside, parts):
        self.folder, self.beside = folder, beside
        self.settings = parts["record"]["settings"]
        self.items = iter(parts["outputs"])  # of each code cell in turn, what it has printed and shown, see notebooks/page/build
        self.runs = parts["again"] is not None  # whether the page has a program
        self.cells, self.headings = [], []
        self.scripts = []  # of live parts
        self.maths = False

    def add(self, cell, number):
        if cell.cell_type == "markdown":
            self.add_text(cell)
        elif cell.cell_type == "code":
            items = next(self.items)
            if "madeWith" in cell.metadata.get(OUT_OF_DATE, {}):
                raise NotATutorial("its outputs are out of date; in JupyterLab, run what is out of date and save the notebook")
            if cell.source.strip():
                self.cells.append(
                    {
                        "kind": "code",
                        "number": number,
                        "code": highlight(FOR_THE_KERNEL.sub("", cell.source)),
                        "outputs": [output for item in items for output in self.outputs(cell, item)],
                        "settings": "parameters" in cell.metadata.get("tags", []),
                    }
                )

    def add_text(self, cell):
        if not self.headings and not cell.source.startswith("# "):
            raise NotATutorial("the page has no title: the first cell has to begin with “# ” and a title")
        try:
            source = directives.apply(cell.source, self.settings)
        except ValueError as error:
            raise NotATutorial(str(error)) from error
        text = self.markdown(source, cell.get("attachments", {}))
        self.cells.append({"kind": "text", "html": text})

    def check_places(self):
        """Raise NotATutorial where a button goes to what is not in the page."""
        places = {heading["anchor"] for heading in self.headings}
        places |= {f"cell-{cell['number']}" for cell in self.cells if cell["kind"] == "code"}
        for cell in self.cells:
            for place in directives.places(cell.get("html", "")):
                if place not in places:
                    raise NotATutorial(
                        f"a try goes to {place}, which is not in the page; "
                        "write a heading, with - for each space, or a code cell, cell-4"
                    )

    def outputs(self, cell, item):
        """Yield an output of a cell as the template shows it."""
        if "text" in item:
            yield {"kind": "printed", "text": ansi2html(item["text"])}
        elif "html" in item:
            check_part(item["html"])
            yield {"kind": "html", "html": item["html"]}
        elif "live" in item:
            fragment = live(item["live"], "live" in cell.metadata.get("tags", []) and self.runs)
            self.scripts += re.findall(r"(?s)<script>(.*?)</script>", fragment)
            if fragment:
                yield {"kind": "html", "html": fragment}
        else:
            yield from self.other(cell.outputs[item["other"]])

    def other(self, output):
        """Yield an output that the package figure has not shown."""
        if output.output_type == "error":
            raise NotATutorial(f"it fails: {output.ename} {output.evalue}".strip())
        data = output.data
        if any(picture in data for picture in PICTURES):
            raise NotATutorial(
                "it shows a picture without a description and the numbers behind it; run it again, and show charts by figure.Show"
            )
        if "text/markdown" in data:
            yield {"kind": "html", "html": f'<div class="output">{self.markdown(data["text/markdown"])}</div>'}
        elif "text/html" in data:
            check_part(data["text/html"])
            yield {"kind": "html", "html": f'<div class="output">{data["text/html"]}</div>'}
        elif data.get("text/plain"):
            yield {"kind": "printed", "text": html.escape(data["text/plain"])}

    def markdown(self, source, attachments=None):
        renderer = Renderer(self, escape=False, path=self.folder, attachments=attachments or {})
        text = MarkdownWithMath(renderer=renderer).render(source)
        text = BESIDE_FORMULA.sub(r'<span class="together">\g<0></span>', text)
        check_part(text)
        return text


def check(page):
    """Raise NotATutorial where a page, or a part of one, cannot be for everyone.

    That is where it asks the network for something, shows a picture without a description, or gives two elements the same id.
    """
    reader = Reader()
    reader.feed(page + "</style>")  # a style sheet that is not ended is read as well
    reader.close()


def check_part(part):
    """Raise NotATutorial where a part of a page, which a notebook's author has written, cannot be in it.

    That is where check refuses it, where it runs a program of its own, where it would change what is around it, as it does not
    end what it begins or is about the whole page, and where browsers may read it in another way than this program does.
    """
    if odd := ODD.search(part):
        raise NotATutorial(f"it has {odd[0]}, which not everyone reads alike; leave it out, or write &lt; for a plain <")
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
LEADING = {"href", "xlink:href", "action", "formaction"}  # and those that a link or a form leads to
UNREAD = re.compile(r"[\x00-\x20]+")  # of an address, what browsers drop from its beginning, and in part from its middle


class Reader(HTMLParser):
    """Reads HTML as a browser does, for check."""

    def __init__(self):
        super().__init__()
        self.style = ""  # what the style sheet says that is being read
        self.ids = set()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            value = (value or "").strip()
            if name in LEADING and UNREAD.sub("", value).lower().startswith("javascript:"):
                raise NotATutorial(f"it has a program, {value}, which a page does not take from a notebook; leave it out")
            if name == "id":
                if value in self.ids:
                    raise NotATutorial(f"the page would have two elements with the id {value}; write another heading or id")
                self.ids.add(value)
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
PROGRAMS = {"script", "iframe", "frame", "object", "embed", "applet", "form"}
# Elements that are about the whole page, or whose content browsers do not read as HTML.
OF_PAGES = set("html head body title base meta link style frameset noscript noframes noembed textarea xmp plaintext".split())
# What begins like a comment and may end elsewhere than it seems to: only <!-- … --> is read alike by all.
ODD = re.compile(r"<!(?!--)|<!---?>|--!>|<\?")


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
        if tag in OF_PAGES and not (tag == "title" and "svg" in self.begun):
            raise NotATutorial(
                f"it has a <{tag}>, which would change the page around it; leave that out, or write &lt; for a plain <"
            )
        for name, value in attributes:
            if name.startswith("on") or name == "attributename" and (value or "").lower().endswith("href"):
                raise NotATutorial(f"it has a program, {name}, which a page does not take from a notebook; leave it out")
            if name == "name":
                raise NotATutorial(
                    f"it has a name, {value}, by which the page's own programs could take it for theirs; leave it out"
                )

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
        rows = FIRST_OF_ROW.sub(r'\1<th scope="row"\2</th>', render_table(self, text))
        return f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{rows}</div>'

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
    """Return Go code coloured as Go: <div class="highlight"><pre>…

    Each line is an element that knows how far it is indented, so that a line which is too long for a phone goes on further in.
    """
    coloured = Highlight2HTML(pygments_lexer="go")(source.strip("\n"))
    coloured = re.sub(r'<span class="(?:n|nx|nf|o|p|w)">([^<]*)</span>', r"\1", coloured)  # these have the colour of text
    before, code, after = re.fullmatch(r"(?s)(.*?<pre>(?:<span></span>)?)(.*?)(</pre>.*)", coloured).groups()
    return before + "".join(line_of_code(line) for line in code.removesuffix("\n").split("\n")) + after


def line_of_code(line):
    tabs = len(re.match(r"(?:<[^>]*>)*(\t*)", line)[1])
    indented = f' style="--tabs:{tabs}"' if tabs else ""
    return f'<span class="line"{indented}>{line}\n</span>'


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


def parts_of(notebook, name, folder):
    """Return what the notebook's page is made of, see notebooks/page/tutorial-parts."""
    try:
        made = subprocess.run(
            [PARTS, "-checkout", CHECKOUT, "-name", name, "-folder", folder],
            input=nbformat.writes(notebook),
            capture_output=True,
            encoding="utf-8",
        )
    except FileNotFoundError:
        raise NotATutorial(f"{PARTS} is not there; run go run ./kernel-setup lab, which installs it") from None
    if made.returncode:
        raise NotATutorial(made.stderr.strip())
    return json.loads(made.stdout)


def again(parts):
    """Return what the template needs for the page to run again, None where it cannot."""
    if not parts:
        return None
    data = {key: parts[key] for key in ("settings", "cells", "files")}
    return {**parts, "data": json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")}


def live(settings, shared):
    """Return the part that trains while it is watched, with the settings that figure.Live was given, "" where it is not built.

    It has a program of its own, unless it is shared: that of the page has it.
    """
    fragment = LIVE / ("shared.html" if shared else "live.html")
    if not fragment.exists():
        return ""
    return fragment.read_text("utf-8").replace('{"live":"settings"}', settings.replace("<", "\\u003c"))
