"""Run a notebook in a fresh kernel and write it with its outputs.

usage: run_notebook.py IN.ipynb OUT.ipynb [NAME=VALUE…]

With settings given, a cell with their values follows the one that declares them, and the title names them.
The kernel works in the folder of IN, as it does in JupyterLab. A line is printed before each cell, as JSON: {"cell": 3,
"of": 17}, counting code cells. When a cell fails, the last line is {"cell": 3, "error": "…"}, the exit status is 1, and OUT
is not written.
"""

import json
import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def say(**message):
    print(json.dumps(message), flush=True)


def main(source, target, *assignments):
    notebook = nbformat.read(source, as_version=4)
    if assignments:
        import settings  # only here, because it takes a second

        settings.inject(notebook, assignments)
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    current = 0

    def before(cell, cell_index):
        nonlocal current
        if cell_index in code:
            current = code.index(cell_index) + 1
            say(cell=current, of=len(code))

    client = NotebookClient(
        notebook,
        kernel_name="gonb",
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}},
        # Compiler errors as text: as HTML they would not reach the error message.
        extra_arguments=["-raw_error"],
        on_cell_start=before,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        printed = [o.text for o in notebook.cells[code[current - 1]].outputs if o.get("name") == "stderr"]
        say(cell=current, error="\n".join([error.evalue, *error.traceback[1:], *printed]).strip())
        return 1
    except (DeadKernelError, TimeoutError) as error:
        say(cell=current, error=str(error) or type(error).__name__)
        return 1
    # Go's kernel names no lexer, and nbconvert would colour Go as Python.
    notebook.metadata.language_info.pygments_lexer = "go"
    nbformat.write(notebook, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
