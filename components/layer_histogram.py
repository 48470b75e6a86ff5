"""The panel that shows how the values of every layer spread: a row of coloured cells for each."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

from components.panels import Panel


def layer_histogram(
    title: str,
    array: str,
    *,
    x_title: str,
    reach: tuple[float, float],
    ticks: Mapping[float, str] | None = None,
    y_title: str = "layer",
    powers: bool = False,
    full: float = 0.5,
    height: int = 300,
) -> Panel:
    """A row of coloured cells for each layer, the first on top: how its values spread over bins of equal width.

    array: the frame's (layers, bins), either shares of a layer's values (floats, 0 … 1) or whole percents (integers);
    layers and bins may change with the run. The outermost bins hold what lies beyond the `reach` of all bins too.
    ticks: value → its name; by default the whole numbers, with "≤ −2" and "≥ 2" where the ends are two of them.
    powers: the values are powers of ten. full: the share that has the strongest colour, always the same one, so that
    the colours of two frames can be compared.
    Raises ValueError when there is nothing between the ends, or a tick is not.
    """
    low, high = reach
    named = _whole_numbers(low, high) if ticks is None else ticks
    if not low < high or any(not low <= value <= high for value in named):
        raise ValueError(
            f"The bins of {title!r} reach from {low:g} to {high:g}, with ticks at {', '.join(map(str, named))}. "
            "Give the smaller end first, and ticks between the two."
        )
    return {
        "kind": "layer_histogram",
        "title": title,
        "array": array,
        "x_title": x_title,
        "y_title": y_title,
        "reach": [low, high],
        "ticks": [[value, named[value]] for value in sorted(named)],
        "powers": powers,
        "full": full,
        "height": height,
    }


def _whole_numbers(low: float, high: float) -> dict[float, str]:
    found: dict[float, str] = {value: f"{value}" for value in range(ceil(low), floor(high) + 1)}
    found |= {value: f"{sign} {value:g}" for value, sign in ((low, "≤"), (high, "≥")) if value in found}
    return {value: name.replace("-", "−") for value, name in found.items()}
