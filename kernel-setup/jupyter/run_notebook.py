"""Run a notebook in a fresh kernel and write it with its outputs.

usage: run_notebook.py [--page OUT.html] [--beside NAME,…] IN.ipynb OUT.ipynb [NAME=VALUE…]

With settings given, a cell with their values follows the one that declares them, and the title names them. With --page the
notebook is exported as a tutorial as well, with links to those pages only that --beside names: 01-data for 01-data.html.
The kernel works in the folder of IN, as it does in JupyterLab. A line is printed before each cell, as JSON: {"cell": 3,
"of": 17}, counting code cells. When a cell fails, the last line is {"cell": 3, "error": "…"}, the exit status is 1, and OUT
is not written; nor is it when the notebook lacks something that a page needs, and then the last line is {"lacks": "…"}.
"""

import argparse
import json
import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def say(**message):
    print(json.dumps(message), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--page")
    parser.add_argument("--beside")
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("assignments", nargs="*")
    arguments = parser.parse_args()
    source = arguments.source
    notebook = nbformat.read(source, as_version=4)
    if arguments.assignments:
        import settings  # only here, because it takes a second

        settings.inject(notebook, arguments.assignments)
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
        say(cell=current, error="\n".join([error.evalue, error.traceback.partition("\n")[2], *printed]).strip())
        return 1
    except (DeadKernelError, TimeoutError) as error:
        say(cell=current, error=str(error) or type(error).__name__)
        return 1
    # Go's kernel names no lexer, and nbconvert would colour Go as Python.
    notebook.metadata.language_info.pygments_lexer = "go"
    if arguments.page:
        from tutorial import NotATutorial, TutorialExporter  # only here, because it takes a second

        name = os.path.basename(source).removesuffix(".ipynb")
        beside = arguments.beside.split(",") if arguments.beside is not None else None
        where = {"name": name, "path": os.path.dirname(os.path.abspath(source)), "beside": beside}
        try:
            page, _ = TutorialExporter().from_notebook_node(notebook, {"metadata": where})
        except NotATutorial as error:
            say(lacks=str(error))
            return 1
        with open(arguments.page, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
    nbformat.write(notebook, arguments.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
