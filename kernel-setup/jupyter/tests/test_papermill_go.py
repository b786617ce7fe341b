"""papermill's translator for Go."""

import json
import math
import subprocess

import pytest
from papermill.exceptions import PapermillException
from papermill.translators import papermill_translators

SOURCE = """import "fmt"
const noise float64 = 0.1 // [0, 1] the noise
const ( // a group
	rate, unused = 1, 2
	count int = 3 // how many
	law = "a // b" // [a // b, c] which
)
var live bool
var big float64 = 2 // https://go.dev
const raw string = `x`
"""

VALUES = {
    "noise": 1.0,
    "rate": 1e-05,
    "big": 1e300,
    "count": -3.0,
    "law": 'né "quoted" \\ \n\t\x07 ☃ 😀',
    "live": True,
    "raw": "`",
    "unknown": 0.5,
    "text": "a // b",
}


@pytest.fixture
def translator():
    return papermill_translators.find_translator("gonb", "go")


def test_inspect(translator):
    assert [tuple(parameter) for parameter in translator.inspect({"source": SOURCE})] == [
        ("noise", "float64", "0.1", "[0, 1] the noise"),
        ("count", "int", "3", "how many"),
        ("law", "None", '"a // b"', "[a // b, c] which"),
        ("big", "float64", "2", "https://go.dev"),
        ("raw", "string", "`x`", ""),
    ]


def test_go_reads_what_is_written(translator, tmp_path):
    """Go itself reads each value as it was."""
    translator.inspect({"source": SOURCE})
    code = translator.codify(VALUES)
    assert "const noise float64 = 1.0\n" in code  # the type is that of the notebook
    printed = ", ".join(f'"{name}": {name}' for name in VALUES)
    program = f'package main\n\nimport (\n\t"encoding/json"\n\t"os"\n)\n\n{code}\n'
    program += f"func main() {{ json.NewEncoder(os.Stdout).Encode(map[string]any{{{printed}}}) }}\n"
    (tmp_path / "main.go").write_text(program, "utf-8")
    run = subprocess.run(["go", "run", "main.go"], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr + program
    assert json.loads(run.stdout) == VALUES


@pytest.mark.parametrize("value", [None, [1, 2], {"a": 1}, math.inf, math.nan])
def test_no_constant(translator, value):
    """What Go has no constant for is refused."""
    with pytest.raises(PapermillException) as error:
        translator.codify({"samples": 5, "noise": value})
    assert str(error.value) == (
        f"noise is {value}, but a constant of Go is a text, a finite number, true or false; give it one of these, "
        "or leave noise out to keep the notebook's own value"
    )
