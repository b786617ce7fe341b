"""Run a notebook in a fresh kernel and write it with its outputs.

usage: python -m mdn_jupyter.run_notebook [--page OUT.html OUT.json] [--beside NAMES] [--folder FOLDER]
           [--sweep LINKS] [--work WORK] [--as-is] IN.ipynb OUT.ipynb

With --page the notebook is exported as a tutorial as well, with the record of its run. The page has links to those pages only
that --beside names, as a list in JSON: ["01-data"] for 01-data.html. The kernel works in FOLDER, which is that of IN unless
another is given. --sweep has the links to the pages of the same notebook with other settings, in JSON: {"all": ADDRESS, "steps":
[{"address": ADDRESS, "text": "noise = 0.2", "back": false}]}. The folder WORK is removed where the program that has made it, and
has started this one, ends before this one does. With --as-is nothing runs, as IN has its outputs already.

A line is printed before each cell, as JSON: {"cell": 3, "of": 17}, counting code cells, and {"note": "…"} for what the maker of
the page should know. When a cell fails, the last line is
{"cell": 3, "error": "…"}, the exit status is 1, and OUT is not written; nor is it when the notebook lacks something that a page
needs, and then the last line is {"lacks": "…"}.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def say(**message):
    print(json.dumps(message), flush=True)


def end_with_parent(work):
    """Interrupt this program once the one that started it has ended, however that was: nobody wants the page any more.

    What an interrupt does not end within ten seconds is ended without more ado; the kernel then sees that by itself.
    """
    parent = os.getppid()

    def wait():
        while os.getppid() == parent:
            time.sleep(0.5)
        if work:
            shutil.rmtree(work, ignore_errors=True)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--page", nargs=2)
    parser.add_argument("--beside", type=json.loads)
    parser.add_argument("--folder")
    parser.add_argument("--sweep", type=json.loads)
    parser.add_argument("--work")
    parser.add_argument("--as-is", action="store_true")
    parser.add_argument("source")
    parser.add_argument("target")
    arguments = parser.parse_args()
    end_with_parent(arguments.work)
    folder = arguments.folder or os.path.dirname(os.path.abspath(arguments.source))
    notebook = nbformat.read(arguments.source, as_version=4)
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
        resources={"metadata": {"path": folder}},
        on_cell_start=before,
    )
    try:
        if not arguments.as_is:
            for cell in notebook.cells:
                cell.metadata.pop("mdn", None)  # what JupyterLab says of outputs that are out of date
            client.execute()
    except CellExecutionError as error:
        outputs = notebook.cells[code[current - 1]].outputs
        printed = [output.text.strip() for output in outputs if output.get("name") == "stderr"]
        shown = ["\n".join(output.traceback) for output in outputs if output.output_type == "error"]
        say(cell=current, error="\n".join([*printed, *shown]) or error.evalue)
        return 1
    except (DeadKernelError, TimeoutError) as error:
        say(cell=current, error=str(error) or type(error).__name__)
        return 1
    # Go's kernel names no lexer, and nbconvert would colour Go as Python.
    notebook.metadata.setdefault("language_info", {"name": "go"})["pygments_lexer"] = "go"
    if arguments.page:
        from mdn_jupyter.tutorial import NotATutorial, TutorialExporter  # only here, because it takes a second

        name = os.path.basename(arguments.source).removesuffix(".ipynb")
        where = {"name": name, "path": folder, "beside": arguments.beside, "sweep": arguments.sweep}
        try:
            page, resources = TutorialExporter().from_notebook_node(notebook, {"metadata": where})
        except NotATutorial as error:
            say(lacks=str(error))
            return 1
        for note in resources["notes"]:
            say(note=note)
        record = json.dumps(resources["record"], ensure_ascii=False, indent=1)
        for path, content in zip(arguments.page, (page, record), strict=True):
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(content)
    nbformat.write(notebook, arguments.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
