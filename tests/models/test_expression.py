"""Text becomes a graph or one sentence, and never anything else."""

from __future__ import annotations

import math
import random

import pytest

from models.expression import MAX_LENGTH, MAX_NODES, ExpressionError, parse
from models.graph import central_differences, evaluate, gradients


def value(text: str) -> float:
    return evaluate(parse(text), {})[-1].data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 2; x + 3*4", 14),
        ("x = 2; (x + 3)*4", 20),
        ("x = 2; 2^3^x", 512),
        ("x = 2; -x^2", -4),
        ("x = 2; x**-1", 0.5),
        ("x = 2; 10 - x - 3", 5),
        ("x = 2; 8 / x / 2", 2),
        ("x = 2; x - -3", 5),
        ("x = 2; +x", 2),
        ("x = -2.5e-1; x", -0.25),
        ("x = 2; h = x*x; h*h + h", 20),
        ("x = 2; Relu(−x) + SQUARE(x)", 4),
        ("x = 2; x × 3 ÷ 2", 3),
        (" x\t=\n2 ;x ; ", 2),
        ("x = 2; .5*x", 1),
        ("x = 4; sqrt(x) + abs(-x) + log(exp(x))", 10),
    ],
)
def test_it_computes_what_it_says(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("__import__('os')", 1, "names begin with a letter"),
        ("import('os')", 1, "“import” is not a function"),
        ("x.__class__", 2, "cannot stand here"),
        ("tahn(x)", 1, "did you mean tanh?"),
        ("2*signoid(x)", 3, "did you mean sigmoid?"),
        ("x y", 3, "an operator is missing"),
        ("2x", 2, "an operator is missing"),
        ("3*(x + 1", 3, "never closed"),
        ("x)", 2, "never opened"),
        ("x +", 4, "something is missing"),
        ("x * / 2", 5, "“/” cannot stand here"),
        ("", 1, "something is missing"),
        ("max(x, 1)", 1, "not a function"),
        ("tanh(x, 1)", 7, "one value in each function"),
        ("tanh", 1, "write tanh( )"),
        ("tanh()", 6, "cannot stand here"),
        ("x = 2; x = 3; x", 8, "has a value already"),
        ("sin = 2; x", 1, "is a function"),
        ("x == 2", 4, "“=” cannot stand here"),
        ("2 = x", 3, "only a name"),
        ("x = 2;", 7, "a result is missing"),
        ("1 + 2", 1, "at least one name"),
        ("x'", 2, "cannot stand here"),
        ("x\x00", 2, "“?” cannot stand here"),
        ("lambda: x", 7, "cannot stand here"),
        ("[x for x in (1,)]", 1, "cannot stand here"),
        ("x; import os", 11, "an operator is missing"),
        ("１ + x", 1, "cannot stand here"),
        ("1e999*x", 1, "too large"),
        ("averyverylongname*x", 1, "too long"),
        ("(" * 50 + "x", 41, "inside each other"),
        ("-" * 50 + "x", 41, "inside each other"),
        ("x^" * 50 + "x", 82, "inside each other"),
        ("x+" * MAX_LENGTH, MAX_LENGTH + 1, "write less"),
        ("2*" * 200 + "x", None, f"{MAX_NODES} nodes"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(text: str, place: int | None, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    sentence = str(caught.value)
    assert words in sentence
    assert "\n" not in sentence and sentence[-1] in ".?"
    assert place is None or sentence.startswith(f"At character {place}: ")
    assert 0 <= caught.value.position <= max(len(text), 1)


def test_no_text_at_all_raises_anything_else() -> None:
    generator = random.Random(0)
    pieces = [
        "x",
        "w1",
        "tanh",
        "(",
        ")",
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "=",
        ";",
        "1.5",
        "2",
        " ",
        "'",
        "_",
        "é",
        "\ud800",
        ",",
    ]
    n_parsed = 0
    for _ in range(5000):
        text = "".join(generator.choice(pieces) for _ in range(generator.randint(0, 14)))
        try:
            graph = parse(text)
        except ExpressionError:
            continue
        n_parsed += 1
        made = evaluate(graph, {})
        made[-1].backward()
    assert n_parsed > 50


def test_kinds_starts_and_shared_names() -> None:
    graph = parse("x1 = 3; (w*x1 + b - y)^2 + w")
    kinds = {name: graph.nodes[at].kind for name, at in graph.variables.items()}
    assert kinds == {"x1": "input", "w": "weight", "b": "weight", "y": "target"}
    assert graph.starts["x1"] == 3
    assert sum(node.name == "w" for node in graph.nodes) == 1
    assert all(parent < at for at, node in enumerate(graph.nodes) for parent in node.parents)


def test_what_the_result_does_not_need_is_left_out() -> None:
    graph = parse("a = 1; h = tanh(a*x); g = exp(h); h + 1")
    assert [node.operation for node in graph.nodes if node.operation] == ["multiply", "tanh", "add"]


def test_a_chain_of_plus_is_one_node_and_x_to_the_2_a_square() -> None:
    operations = [node.operation for node in parse("(a + b + c - d)^2").nodes if node.operation]
    assert operations == ["add", "subtract", "square"]


def test_gradients_by_both_ways() -> None:
    graph = parse("tanh(w1*x1 + b) * w2")
    values = {"w1": 0.3, "x1": -1.5, "b": 0.2, "w2": 2.0}
    t = math.tanh(0.3 * -1.5 + 0.2)
    by_hand = {"w1": 2 * (1 - t * t) * -1.5, "x1": 2 * (1 - t * t) * 0.3, "b": 2 * (1 - t * t), "w2": t}
    assert gradients(graph, values) == pytest.approx(by_hand)
    assert central_differences(graph, values) == pytest.approx(by_hand, rel=1e-7)


def test_weights_of_1e30_are_numbers_like_others() -> None:
    graph = parse("(tanh(w*x) - y)^2 + w*w*w")
    for w in (1e30, -1e30, 1e300):
        made = evaluate(graph, {"w": w, "x": 1.0, "y": 0.0})
        made[-1].backward()
        assert not math.isnan(made[-1].data)
        central_differences(graph, {"w": w, "x": 1.0, "y": 0.0})
