"""nbconvert's exporter of tutorials as PDF: the page of tutorial.py, as Chromium or Chrome prints it.

JupyterLab's menu shows the name of its entry point, "TutorialPDF"; "pdf" is one of nbconvert's own. It is offered where
MDN_BROWSER names the browser, which kernel-setup sets.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import default

from mdn_jupyter.tutorial import TutorialExporter

PATIENCE = 120  # seconds for a page; two cores print the longest in 5
INSTEAD = "export the Tutorial, and print it from a browser"


class NotPrinted(ConversionException):
    """The browser has not made a PDF; the message says what it said."""


class TutorialPDFExporter(Exporter):
    export_from_notebook = "PDF"
    output_mimetype = "application/pdf"

    @default("enabled")
    def _enabled_default(self):
        return bool(os.environ.get("MDN_BROWSER"))

    def from_notebook_node(self, nb, resources=None, **options):
        page, resources = TutorialExporter(config=self.config).from_notebook_node(nb, resources, **options)
        resources["output_extension"] = ".pdf"
        return printed(page), resources


def printed(page):
    """Return a page as PDF, or raise NotPrinted."""
    browser = os.environ.get("MDN_BROWSER")
    if not browser:
        raise NotPrinted("no browser is known that prints pages; install Chromium or Chrome, or name it in MDN_BROWSER")
    with tempfile.TemporaryDirectory(prefix="mdn-", ignore_cleanup_errors=True) as folder:
        source, result = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, "utf-8")
        command = [browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile"]
        command += ["--no-first-run", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")  # which Chromium does not have for root
        command += [f"--print-to-pdf={result}", source.as_uri()]
        try:
            made = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotPrinted(f"{browser} does not print: {error}; {INSTEAD}") from error
        if not result.exists():
            said = "\n".join(made.stderr.strip().splitlines()[-5:])
            raise NotPrinted(f"{browser} has printed nothing; {INSTEAD}. It said:\n{said}")
        return result.read_bytes()
