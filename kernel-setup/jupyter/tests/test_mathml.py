"""Formulas as MathML."""

import re

import pytest

from mdn_jupyter.mathml import mathml


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\mathrm{softplus}(z) = \log(1 + e^z)", ["softplus", "log"]),
        (r"\operatorname{softplus}(z)", ["softplus"]),
        (r"\mathrm{CRPS}_i^2", ["CRPS"]),
        (r"\mathrm{log\,lik}", ["log", "lik"]),
        (r"\sigma_{\text{noise}}", ["noise"]),
    ],
)
def test_words(tex, words):
    """A word is one element, upright without being told to be; single letters stay what they are."""
    formula = mathml(tex, display=False)
    assert re.findall(r"<(?:mi|mtext)>(\w\w+)</(?:mi|mtext)>", formula) == words
    assert "mathvariant" not in formula
    assert not re.search(r"<mo[^>]*>\w\w", formula)


def test_letters():
    """A single letter is no word."""
    assert mathml("ab", display=False) == '<math display="inline"><mrow><mi>a</mi><mi>b</mi></mrow></math>'


def test_space_around_functions():
    """The name of a function stands apart from what it is taken of, as log does."""
    space = '<mspace width="0.167em"></mspace>'
    for name in ("softplus", "var"):
        assert f"<mi>{name}</mi>{space}<mi>z</mi>" in mathml(rf"\mathrm{{{name}}} z", display=False)
