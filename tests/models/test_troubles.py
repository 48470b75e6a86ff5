"""What is no number is explained by the node where it began."""

from __future__ import annotations

import pytest

from models.expression import parse
from models.graph import evaluate
from models.troubles import SENTENCES, trouble_of

#: Expression → (what happened, sign of the node); the browser is asked the same in tests/browser.
CASES: dict[str, tuple[str, str] | None] = {
    "x = 0; w = 1; exp(w / x)": ("division_by_zero", "divide"),
    "x = 0; x / x": ("division_by_zero", "divide"),
    "x = -1; log(x) + 2": ("log_of_negative", "log"),
    "x = 0; log(x)": ("log_of_zero", "log"),
    "x = -4; sqrt(x) * 2": ("root_of_negative", "sqrt"),
    "x = 0; sqrt(x)": ("steep", "sqrt"),
    "x = 0; x^0.5": ("steep", "power"),
    "x = -8; x^0.5": ("power_of_negative", "power"),
    "x = 0; x^-1": ("zero_to_negative_power", "power"),
    "x = 1000; exp(x)": ("overflow", "exp"),
    "w = 1e200; w * w": ("overflow", "multiply"),
    "w = 1e200; x = 1e150; (w + x)^2 - 1": ("overflow", "square"),
    "w = 1e-200; a = 1e-200; 1e-300 / w * a": None,
    "x = 1e-200; 1e-250 / x": None,
    "x = 1e-310; w = 0; tanh(w) / x": ("steep", "divide"),
    "x = 1e200; w = 0; w * x * x * 1e200": ("gradient_overflow", "multiply"),
    "x = 1; w = -2; relu(w*x)": ("dead", "relu"),
    "x = 1; w = 2; relu(w*x)": None,
    "w = 1e30; x = 1; (tanh(w*x) - y)^2": ("flat", "tanh"),
    "w = -1e30; x = 1; sigmoid(w*x)": ("flat", "sigmoid"),
    "w = 3; x = 1; (tanh(w*x) - y)^2": None,
}


@pytest.mark.parametrize("text", CASES)
def test_the_cause_and_the_node(text: str) -> None:
    made = evaluate(parse(text), {})
    made[-1].backward()
    found = trouble_of(made)
    expected = CASES[text]
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found[0], made[found[1]].operation) == expected


def test_sentences_name_the_node_and_every_one_is_used() -> None:
    causes = {case[0] for case in CASES.values() if case}
    assert causes == set(SENTENCES)
    for sentence in SENTENCES.values():
        assert "{node}" in sentence and sentence.endswith(".") and len(sentence) > 40
