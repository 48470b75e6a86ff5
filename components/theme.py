"""The colours of every picture, declared once: Python pages read them here, the live view receives them as data.

Blue is positive and orange is negative everywhere (weights, unit values, predictions); the middle of the scale
is the page's own background, white or dark, so that "nothing" looks like nothing. Categories are the colours of
Okabe and Ito (2008), which stay apart for colour-blind eyes; on a dark page the lighter ones come first.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True)
class Palette:
    """Colours for one page background, each "#rrggbb".

    `scale` runs evenly from the most negative value to the most positive, its middle entry standing for zero.
    `positive` and `negative` are the strong ends, for points and links; class 0 of two is negative, class 1 positive.
    """

    scale: tuple[str, ...]
    positive: str
    negative: str
    outline: str
    categories: tuple[str, ...]


LIGHT: Final = Palette(
    scale=("#f3922f", "#fac795", "#ffffff", "#9ccaec", "#4193d3"),
    positive="#0a62ad",
    negative="#d35f00",
    outline="#ffffff",
    categories=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#595959"),
)
DARK: Final = Palette(
    scale=("#e0791c", "#86501f", "#1a2028", "#255f92", "#3b97e3"),
    positive="#5bb4ff",
    negative="#ffa04a",
    outline="#ffffff",
    categories=("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2", "#BBBBBB"),
)

#: Words on a button of the primary colour, which Streamlit leaves white: on the light blue of a dark page they are dark.
STYLE: Final = "<style>[data-testid^=stBaseButton-primary]:not(:disabled) { color: light-dark(#ffffff, #0b0e13) }</style>"


def palettes() -> dict[str, object]:
    """Both palettes as JSON-able data, {"light": {...}, "dark": {...}}: what the live view is handed."""
    return {"light": asdict(LIGHT), "dark": asdict(DARK)}
