"""papermill's translator for notebooks in Go, whose kernel is GoNB.

papermill loads this module by its entry point in the group papermill.engine; so import papermill before it.
"""

import json
import math
import re
from contextvars import ContextVar

from papermill.engines import NBClientEngine  # noqa: F401  the entry point names an engine, and this is papermill's own
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

# The keyword and the type with which the parameters cell declares each name: Go converts nothing by itself, so an
# int where the notebook has a float64 would not compile. papermill inspects a notebook before it asks for code, but hands
# over only the values then.
declared = ContextVar("declared", default=None)


class GoTranslator(Translator):
    DECLARATION = re.compile(
        r"""(?:(?P<keyword>const|var)\s+)?
            (?P<name>\w+)
            (?:\s+(?P<type>[^\s=]+))?
            \s*=\s*
            (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^"'`]*?)
            \s*(?://\s*(?P<help>.*))?$""",
        re.VERBOSE,
    )

    @classmethod
    def translate_escaped_str(cls, str_val):
        # Go reads all of JSON's escapes. In the \xe9 of the default Go would see a byte, not a letter.
        return json.dumps(str(str_val), ensure_ascii=False)

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        for name, value in parameters.items():
            if value is None or isinstance(value, (list, dict)) or isinstance(value, float) and not math.isfinite(value):
                raise PapermillException(
                    f"{name} is {value}, but a constant of Go is a text, a finite number, true or false; give it one of these, "
                    f"or leave {name} out to keep the notebook's own value"
                )
        return super().codify(parameters, comment)

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        keyword, type_name = (declared.get() or {}).get(name, ("const", None))
        return f"{keyword} {name} {type_name} = {str_val}" if type_name else f"{keyword} {name} = {str_val}"

    @classmethod
    def inspect(cls, parameters_cell):
        """Return the parameters that the cell declares: const and var, by themselves or in a group, one name a line."""
        parameters, found, group = [], {}, None
        for line in map(str.strip, parameters_cell["source"].splitlines()):
            if opening := re.fullmatch(r"(const|var)\s*\(\s*(?://.*)?", line):
                group = opening[1]
            elif line == ")":
                group = None
            elif (match := cls.DECLARATION.match(line)) and (keyword := match["keyword"] or group):
                found[match["name"]] = keyword, match["type"]
                parameters.append(Parameter(match["name"], str(match["type"]), match["value"], match["help"] or ""))
        declared.set(found)
        return parameters


papermill_translators.register("go", GoTranslator)
