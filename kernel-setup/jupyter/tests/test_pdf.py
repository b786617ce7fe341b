"""The exporter of PDF. A browser here is a shell script; the tests of JupyterLab print by a real one."""

import nbformat
import pytest

from mdn_jupyter import pdf

PAGE = "<!DOCTYPE html><title>A page ü</title>"


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """Return a function that makes a shell script the browser."""

    def use(script):
        program = tmp_path / "browser"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("MDN_BROWSER", str(program))

    return use


def test_printed(browser):
    """The browser gets the page, no network, and a profile of its own, and what it prints is the PDF."""
    browser("""
        for argument; do
            case $argument in
            --print-to-pdf=*) result=${argument#*=};;
            file://*) page=${argument#file://};;
            esac
        done
        { echo "$*"; cat "$page"; } > "$result"
    """)
    arguments, _, page = pdf.printed(PAGE).decode().partition("\n")
    assert page == PAGE
    assert "--headless" in arguments and "--host-resolver-rules=MAP * ~NOTFOUND" in arguments and "/profile " in arguments


def test_not_printed(browser, monkeypatch):
    """Whatever goes wrong, the error says what, and how to get a PDF otherwise."""
    browser("echo no display >&2; exit 1")
    with pytest.raises(pdf.NotPrinted, match="has printed nothing; export the Tutorial(.|\n)*no display"):
        pdf.printed(PAGE)
    browser("exec sleep 60")
    monkeypatch.setattr(pdf, "PATIENCE", 0.1)
    with pytest.raises(pdf.NotPrinted, match="does not print: .* timed out .*; export the Tutorial"):
        pdf.printed(PAGE)
    monkeypatch.setenv("MDN_BROWSER", "/no/browser")
    with pytest.raises(pdf.NotPrinted, match="/no/browser does not print: .*No such file"):
        pdf.printed(PAGE)
    monkeypatch.delenv("MDN_BROWSER")
    with pytest.raises(pdf.NotPrinted, match="install Chromium or Chrome"):
        pdf.printed(PAGE)


def test_enabled(monkeypatch):
    """It is offered where there is a browser."""
    monkeypatch.setenv("MDN_BROWSER", "/usr/bin/chromium")
    assert pdf.TutorialPDFExporter().enabled
    monkeypatch.setenv("MDN_BROWSER", "")
    assert not pdf.TutorialPDFExporter().enabled


def test_what_is_no_tutorial(browser):
    """A notebook that a page cannot be made of is not printed either."""
    browser("exit 0")
    with pytest.raises(pdf.ConversionException, match="title"):
        pdf.TutorialPDFExporter().from_notebook_node(nbformat.v4.new_notebook(), {"metadata": {"name": "lab"}})
