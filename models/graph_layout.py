"""Where the nodes of a computational graph stand: in columns from left to right, with few crossings.

The method of Sugiyama, Tagawa & Toda (1981): columns by depth; an edge that passes over columns gets a bend in each;
each column is sorted by the mean place of its neighbours, sweeping to and fro; then everything is pulled towards its
neighbours while keeping its distance. Last, every edge gets a place for its two numbers that nothing else covers.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from models.graph import Graph

COLUMN, ROW = 168.0, 74.0  # pixels from one column, or row, to the next
WIDTH, HEIGHT = 72.0, 58.0  # of a node
LABEL_WIDTH, LABEL_HEIGHT = 48.0, 27.0  # of an edge's two numbers
MARGIN = 14.0
N_SWEEPS = 12
N_PULLS = 40
#: Shares of an edge where its numbers may stand, the best first, and pixels that they may be off it.
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.28, 0.72)
ASIDE = (0.0, -9.0, 9.0, -16.0, 16.0)
N_ROUNDS = 4
CROWDED, WIDER = 1.3, 56.0  # edges for each row from which a column stands further off, and by how much
STRETCHES = (1.0, 1.2, 1.5, 2.0)
BOW = 34.0  # how far two edges between the same two nodes swing apart

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # middle and size


@dataclass(frozen=True)
class Edge:
    """From a node to another that uses it, by way of the bends between; `label` is where its numbers stand."""

    parent: int
    child: int
    slot: int  # which of the child's inputs
    points: tuple[Point, ...]
    label: Point


@dataclass(frozen=True)
class Layout:
    """Everything in pixels: middles of the nodes, the edges, and the size of the whole."""

    width: float
    height: float
    nodes: tuple[Point, ...]
    edges: tuple[Edge, ...]


def layout(graph: Graph) -> Layout:
    """Places for all nodes and edges of the graph; its rows move apart until no two numbers cover each other."""
    columns_of = _columns(graph)
    chains, columns = _with_bends(graph, columns_of)
    neighbours = _neighbours(chains)
    columns = _sorted_columns(columns, neighbours)
    rows = _rows(columns, neighbours)
    lowest = min(rows.values())
    lefts = _lefts(columns, neighbours[1])
    x = {item: lefts[column] for column, items in enumerate(columns) for item in items}
    for stretch in STRETCHES:
        y = {item: (row - lowest) * ROW * stretch for item, row in rows.items()}
        place = {item: (MARGIN + WIDTH / 2 + x[item], MARGIN + HEIGHT / 2 + y[item]) for item in rows}
        nodes = tuple(place[at] for at in range(len(graph.nodes)))
        edges, clear = _edges(chains, place, nodes)
        if clear:
            break
    return Layout(2 * MARGIN + WIDTH + lefts[-1], 2 * MARGIN + HEIGHT + max(y.values()), nodes, edges)


def _columns(graph: Graph) -> list[int]:
    """The column of each node: operations one after their latest input, beginnings just before their first use."""
    found = [0] * len(graph.nodes)
    for at, node in enumerate(graph.nodes):
        if node.parents:
            found[at] = 1 + max(found[parent] for parent in node.parents)
    for at, node in enumerate(graph.nodes):
        if not node.parents:
            used = [found[child] for child, other in enumerate(graph.nodes) if at in other.parents]
            found[at] = min(used, default=1) - 1
    return found


# A chain is one edge as the items it passes: node, bends, node. Bends are numbered after the nodes.
Chain = tuple[list[int], int]


def _with_bends(graph: Graph, column_of: Sequence[int]) -> tuple[list[Chain], list[list[int]]]:
    columns: list[list[int]] = [[] for _ in range(max(column_of) + 1)]
    for at, column in enumerate(column_of):
        columns[column].append(at)
    chains, next_item = [], len(graph.nodes)
    for child, node in enumerate(graph.nodes):
        for slot, parent in enumerate(node.parents):
            chain = [parent]
            for column in range(column_of[parent] + 1, column_of[child]):
                columns[column].append(next_item)
                chain.append(next_item)
                next_item += 1
            chains.append(([*chain, child], slot))
    return chains, columns


def _neighbours(chains: Sequence[Chain]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """What each item is joined to in the column before, and in the one after."""
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for chain, _ in chains:
        for left, right in itertools.pairwise(chain):
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    return before, after


def _sorted_columns(
    columns: list[list[int]], neighbours: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> list[list[int]]:
    """The order within each column that crosses least, of those that the sweeps come by."""
    best, fewest = columns, crossings(columns, neighbours[1])
    for sweep in range(N_SWEEPS):
        forwards = sweep % 2 == 0
        side = neighbours[0] if forwards else neighbours[1]
        columns = [list(items) for items in columns]
        places = {item: float(i) for items in columns for i, item in enumerate(items)}
        for items in columns if forwards else reversed(columns):
            middle = {
                item: sum(places[other] for other in side[item]) / len(side[item])
                if side.get(item)
                else places[item]
                for item in items
            }
            items.sort(key=middle.__getitem__)
            places.update({item: float(i) for i, item in enumerate(items)})
        now = crossings(columns, neighbours[1])
        if now < fewest:
            best, fewest = columns, now
    return best


def crossings(columns: Sequence[Sequence[int]], after: dict[int, list[int]]) -> int:
    """How many pairs of edges between neighbouring columns cross."""
    place = {item: i for items in columns for i, item in enumerate(items)}
    total = 0
    for items in columns:
        ends = [(place[item], place[other]) for item in items for other in after.get(item, ())]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in itertools.combinations(ends, 2))
    return total


def _rows(
    columns: Sequence[Sequence[int]], neighbours: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> dict[int, float]:
    """The row of each item: near its neighbours, at least one row from the next in its column."""
    tallest = max(map(len, columns))
    y = {item: i + (tallest - len(items)) / 2 for items in columns for i, item in enumerate(items)}
    before, after = neighbours
    for _ in range(N_PULLS):
        for items in columns:
            wanted = []
            for item in items:
                joined = before.get(item, []) + after.get(item, [])
                wanted.append(sum(y[other] for other in joined) / len(joined) if joined else y[item])
            for item, row in zip(items, _apart(wanted), strict=True):
                y[item] = row
    return y


def _apart(wanted: Sequence[float]) -> list[float]:
    """Rows nearest to the wanted ones (least squares) that keep their order and a distance of one.

    With the distance taken out, it is a rising sequence that is sought: pool those that fall, and average.
    """
    pools: list[tuple[float, int]] = []  # (mean, how many)
    for i, row in enumerate(wanted):
        mean, n = row - i, 1
        while pools and pools[-1][0] > mean:
            other, m = pools.pop()
            mean, n = (mean * n + other * m) / (n + m), n + m
        pools.append((mean, n))
    flat = [mean for mean, n in pools for _ in range(n)]
    return [row + i for i, row in enumerate(flat)]


def _lefts(columns: Sequence[Sequence[int]], after: dict[int, list[int]]) -> list[float]:
    """Where each column stands; where many edges run side by side, the next one stands further off."""
    lefts = [0.0]
    for here, there in itertools.pairwise(columns):
        n_edges = sum(len(after.get(item, ())) for item in here)
        crowded = n_edges > CROWDED * max(len(here), len(there))
        lefts.append(lefts[-1] + COLUMN + (WIDER if crowded else 0.0))
    return lefts


def _edges(
    chains: Sequence[Chain], place: dict[int, Point], nodes: Sequence[Point]
) -> tuple[tuple[Edge, ...], bool]:
    """The edges, and whether none of their numbers covers anything."""
    lines = []
    for chain, slot in chains:
        points = [place[item] for item in chain]
        points[0] = (points[0][0] + WIDTH / 2, points[0][1])
        points[-1] = (points[-1][0] - WIDTH / 2, points[-1][1])
        lines.append(_bowed(points, slot, chain, chains))
    labels, clear = _labels(lines, nodes)
    edges = tuple(
        Edge(chain[0], chain[-1], slot, tuple(line), label)
        for (chain, slot), line, label in zip(chains, lines, labels, strict=True)
    )
    return edges, clear


def _bowed(points: list[Point], slot: int, chain: list[int], chains: Sequence[Chain]) -> list[Point]:
    """The points of an edge; with a bend aside when there is another edge between the same two nodes."""
    twins = [other for items, other in chains if (items[0], items[-1]) == (chain[0], chain[-1])]
    if len(twins) == 1:
        return points
    (x0, y0), (x1, y1) = points[0], points[-1]
    aside = (twins.index(slot) - (len(twins) - 1) / 2) * BOW
    return [points[0], ((x0 + x1) / 2, (y0 + y1) / 2 + aside), points[-1]]


def _labels(lines: Sequence[list[Point]], nodes: Sequence[Point]) -> tuple[list[Point], bool]:
    """A place for the numbers of each edge, and whether none covers anything.

    Those that do look again once all others have theirs.
    """
    fixed = [(x, y, WIDTH, HEIGHT) for x, y in nodes]
    labels: list[Point] = []
    for line in lines:
        labels.append(_free_place(line, fixed + _boxes(labels)))
    for _ in range(N_ROUNDS):
        clear = True
        for i, line in enumerate(lines):
            others = fixed + _boxes(labels[:i] + labels[i + 1 :])
            if _covered(labels[i], others):
                labels[i] = _free_place(line, others)
                clear = clear and not _covered(labels[i], others)
        if clear:
            break
    return labels, clear


def _boxes(labels: Sequence[Point]) -> list[Box]:
    return [(x, y, LABEL_WIDTH, LABEL_HEIGHT) for x, y in labels]


def _covered(label: Point, taken: Sequence[Box]) -> float:
    """The area of `taken` boxes (middle and size) that a label covers, in square pixels."""
    x, y = label
    return sum(
        max(0.0, (LABEL_WIDTH + w) / 2 - abs(x - cx)) * max(0.0, (LABEL_HEIGHT + h) / 2 - abs(y - cy))
        for cx, cy, w, h in taken
        if abs(x - cx) < COLUMN
    )


def _free_place(line: Sequence[Point], taken: Sequence[Box]) -> Point:
    """The first place along the edge, from its end backwards, where its numbers cover nothing; else where least."""
    best, least = line[0], float("inf")
    for aside in ASIDE:
        for segment in reversed(range(len(line) - 1)):
            for share in PLACES:
                x, y = curve(line[segment], line[segment + 1], share)
                covered = _covered((x, y + aside), taken)
                if covered < least:
                    best, least = (x, y + aside), covered
                if covered == 0:
                    return best
    return best


def curve(a: Point, b: Point, share: float) -> Point:
    """A point of the calm S between two points: a Bézier curve that leaves and arrives level."""
    middle = (a[0] + b[0]) / 2
    s, t = 1 - share, share
    x = s * s * s * a[0] + 3 * s * s * t * middle + 3 * s * t * t * middle + t * t * t * b[0]
    y = s * s * s * a[1] + 3 * s * s * t * a[1] + 3 * s * t * t * b[1] + t * t * t * b[1]
    return x, y
