"""Nodes and numbers of a graph stand apart from each other."""

from __future__ import annotations

import itertools
import random

import pytest

from models.backpropagation_check import random_case
from models.backpropagation_graphs import GRAPHS, network_text
from models.backpropagation_settings import Config
from models.expression import parse
from models.graph_layout import (
    HEIGHT,
    LABEL_HEIGHT,
    LABEL_WIDTH,
    WIDTH,
    Layout,
    _apart,
    crossings,
    curve,
    layout,
)

TEXTS = {
    **{name: text for name, (_, text) in GRAPHS.items()},
    "network": network_text(Config()),
    "large": network_text(Config(hidden=6)),
    "two layers": network_text(Config(layers=2)),
    "twice": "x*x*x",
    "crossed": "(a + b)*(a - b)/(a*b)",
    "single": "x;",
    "long": "w*" * 30 + "x",
}


def overlaps(plan: Layout) -> int:
    boxes = [(x, y, WIDTH, HEIGHT) for x, y in plan.nodes]
    boxes += [(*edge.label, LABEL_WIDTH, LABEL_HEIGHT) for edge in plan.edges]
    return sum(
        abs(a[0] - b[0]) < (a[2] + b[2]) / 2 - 1e-6 and abs(a[1] - b[1]) < (a[3] + b[3]) / 2 - 1e-6
        for a, b in itertools.combinations(boxes, 2)
    )


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_covers_anything(name: str) -> None:
    graph = parse(TEXTS[name])
    plan = layout(graph)
    assert overlaps(plan) == 0
    assert len(plan.nodes) == len(graph.nodes)
    assert len(plan.edges) == sum(len(node.parents) for node in graph.nodes)
    for x, y in plan.nodes:
        assert WIDTH / 2 <= x <= plan.width - WIDTH / 2
        assert HEIGHT / 2 <= y <= plan.height - HEIGHT / 2
    for edge in plan.edges:
        assert plan.nodes[edge.parent][0] < plan.nodes[edge.child][0], "edges go from left to right"
        assert edge.points[0][0] == plan.nodes[edge.parent][0] + WIDTH / 2
        assert edge.points[-1][0] == plan.nodes[edge.child][0] - WIDTH / 2


def test_numbers_of_random_graphs_rarely_cover_each_other() -> None:
    generator = random.Random(0)
    plans = [layout(random_case(generator)[1]) for _ in range(60)]
    assert sum(overlaps(plan) > 0 for plan in plans) <= 3


def test_two_edges_between_the_same_nodes_swing_apart() -> None:
    first, second = layout(parse("x*x")).edges
    assert first.points[1] != second.points[1]
    assert overlaps(layout(parse("x*x"))) == 0


def test_a_plain_chain_has_no_crossing() -> None:
    assert crossings([[0, 1], [2, 3]], {0: [2], 1: [3]}) == 0
    assert crossings([[0, 1], [2, 3]], {0: [3], 1: [2]}) == 1


def test_rows_keep_their_distance_and_move_least() -> None:
    assert _apart([0.0, 5.0, 9.0]) == [0.0, 5.0, 9.0]
    assert _apart([1.0, 1.0]) == [0.5, 1.5]
    assert _apart([2.0, 1.0, 0.0]) == [0.0, 1.0, 2.0]


def test_a_curve_leaves_and_arrives_level() -> None:
    assert curve((0, 0), (10, 4), 0) == (0, 0)
    assert curve((0, 0), (10, 4), 1) == (10, 4)
    assert curve((0, 0), (10, 4), 0.5) == (5, 2)
    assert curve((0, 0), (10, 4), 0.01)[1] < 0.01
