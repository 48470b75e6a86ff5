"""Figures, and how they are printed: a table for people, JSON lines (`--json`) for programs."""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bench.processes import load


@dataclass(frozen=True)
class Figure:
    """One measured number. `at_least` and `at_most` are what is wanted, printed beside it and never enforced."""

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def misses(self) -> bool:
        """Whether the number is not as wanted."""
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return not low <= self.value <= high

    @property
    def wanted(self) -> str:
        limits = (("≥", self.at_least), ("≤", self.at_most))
        return ", ".join(f"{sign} {short(value)}" for sign, value in limits if value is not None)


#: Takes `quick`: whether to be short and rough.
Measure = Callable[[bool], list[Figure]]
#: Takes `quick` and the folder of published pictures.
MeasureOfFolder = Callable[[bool, Path], list[Figure]]


def short(value: float) -> str:
    """Three significant digits, large numbers whole."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 19 of 20 do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def table(figures: Sequence[Figure]) -> str:
    """Aligned columns: what, how much, wanted, remark."""
    rows = [
        (f.name, short(f.value), f.unit, f.wanted, f"{'MISSES  ' if f.misses else ''}{f.note}")
        for f in figures
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(4)] if rows else []
    lines = []
    for name, value, unit, wanted, note in rows:
        cells = (
            f"{name:<{widths[0]}}",
            f"{value:>{widths[1]}}",
            f"{unit:<{widths[2]}}",
            f"{wanted:<{widths[3]}}",
        )
        lines.append("  ".join((*cells, note)).rstrip())
    return "\n".join(lines)


def main(*measures: Measure, of_folder: Sequence[MeasureOfFolder] = ()) -> None:
    """The command line of a measurement: `--quick`, `--json`, `--data-dir`. Figures are printed as soon as there are any.

    of_folder: measurements of published pictures, made only when a folder of them is given.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="shorter and rougher")
    parser.add_argument("--json", action="store_true", help="one JSON object a line in place of a table")
    parser.add_argument(
        "--data-dir", type=Path, help="folder of MNIST as its publishers store it, to measure with it too"
    )
    options = parser.parse_args()
    for measure in measures:
        _print(measure, partial(measure, options.quick), as_json=options.json)
    for of_one in of_folder if options.data_dir is not None else ():
        _print(of_one, partial(of_one, options.quick, options.data_dir), as_json=options.json)


def _print(measure: Callable[..., object], take: Callable[[], list[Figure]], *, as_json: bool) -> None:
    """Take the figures and print them under the first line of what is said about the measurement."""
    before = load()
    figures = take()
    title = sys.modules[measure.__module__].__doc__ or ""
    if as_json:
        for figure in figures:
            print(json.dumps({**asdict(figure), "load": before}, ensure_ascii=False), flush=True)
    else:
        print(f"{title.splitlines()[0]}  [load before: {before:.2f}]\n{table(figures)}\n", flush=True)
