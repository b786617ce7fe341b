"""TeX formulas as MathML, which browsers draw by themselves and screen readers read.

latex2mathml does the work. What it leaves less than well is put right here: MathML Core, which browsers know, has no
columnalign; and neither adds the small spaces that TeX sets around the names of functions. A word is one element, as what is read
aloud would be spelt letter by letter otherwise.
"""

import xml.etree.ElementTree as ET
from itertools import pairwise

from latex2mathml.converter import convert

OPENING, CLOSING = list("([{⟨⌈⌊"), list(")]}⟩⌉⌋")
FUNCTIONS = "arg cos cov cosh det dim exp inf ln log max min sin sinh softplus sup tan tanh var".split()
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
THIN = "0.167em"


class Unknown(ValueError):
    """A formula has something that cannot be set."""


def mathml(tex, display):
    """Return a formula as a <math> element."""
    known = tex.replace(r"\mathbb{1}", "𝟙").replace("{aligned}", "{align*}")
    try:
        root = ET.fromstring(convert(known, display="block" if display else "inline"))
    except Exception as error:  # the converter has many
        raise Unknown(f"the formula {tex.strip()} cannot be set: {error or type(error).__name__}") from error
    for element in root.iter():
        element.tag = element.tag.removeprefix(NAMESPACE)
    for parent in list(root.iter()):
        words(parent)
    for parent in list(root.iter()):
        tidy(parent)
    for text in root.itertext():
        if text.startswith("\\"):
            raise Unknown(f"the formula {tex.strip()} has {text}, which cannot be set")
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def words(parent):
    """Make a word of its letters: a browser sets an <mi> of several letters upright by itself."""
    word = None
    for child in list(parent):
        upright = child.tag == "mi" and child.attrib.get("mathvariant") == "normal"
        if upright and word is not None:
            word.text += child.text
            word.attrib.clear()
            parent.remove(child)
        word = (child if word is None else word) if upright else None
        if child.tag == "mo" and len(child.text or "") > 1 and child.text.isalpha():  # the name of an operator
            child.tag = "mi"
    if parent.tag == "mrow" and len(parent) == 1 and parent[0].tag == "mi" and len(parent[0].text) > 1:
        parent.tag, parent.text = "mi", parent[0].text
        del parent[0]


def tidy(parent):
    for child in parent:
        if child.tag == "mi" and child.text in ("~", ";", ":"):
            child.tag, child.text = "mo", child.text.replace("~", "∼")
        if child.tag == "mo" and child.text in ("/", "|"):
            child.attrib.update(lspace="0", rspace="0")
        if child.tag == "mtd" and "columnalign" in child.attrib:
            child.set("style", f"text-align: {child.attrib.pop('columnalign')}")
    for before, child in zip([None, *parent], parent, strict=False):
        # A sign that nothing stands before belongs to what follows.
        first = before is None or before.tag == "mo" and before.text not in [*CLOSING, "|"]
        if first and child.tag == "mo" and child.text in ("−", "+", "±"):
            child.attrib.update(form="prefix", lspace="0", rspace="0")
    scripts_over_groups(parent)
    spaces_around_functions(parent)


def scripts_over_groups(parent):
    """Make (a+b)² a square of the whole group: the browser sizes brackets by what they enclose."""
    for child in list(parent):
        if child.tag not in ("msup", "msub", "msubsup") or child[0].tag != "mo" or child[0].text not in CLOSING:
            continue
        closing = child[0]
        opening = OPENING[CLOSING.index(closing.text)]
        end, depth = list(parent).index(child), 1
        for start in range(end - 1, -1, -1):
            text = parent[start].text if parent[start].tag == "mo" else None
            depth += (text == closing.text) - (text == opening)
            if depth == 0:
                group = ET.Element("mrow")
                group.extend([*parent[start:end], closing])
                for member in parent[start:end]:
                    parent.remove(member)
                child[0] = group
                break


def spaces_around_functions(parent):
    """Set log σ apart from what it follows and what it is taken of, as TeX does."""
    if parent.tag not in ("math", "mrow", "mtd", "mstyle", "msqrt"):
        return

    def name(element):
        base = element[0] if element.tag in ("msup", "msub", "msubsup") and len(element) else element
        return base.tag == "mi" and base.text in FUNCTIONS

    children = list(parent)
    for before, after in pairwise(children):
        follows = name(after) and before.tag not in ("mo", "mspace")
        leads = name(before) and after.tag not in ("mo", "mspace", "munder", "munderover")
        if follows or leads:
            parent.insert(list(parent).index(after), ET.Element("mspace", width=THIN))
