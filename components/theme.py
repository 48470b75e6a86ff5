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

#: Words that Streamlit leaves too pale or too light to read: selector → colour on a light page, on a dark one. Those on a button
#: of the primary colour are always white in Streamlit, and those of code have the same colours on both.
_WORDS: Final = {
    "[data-testid^=stBaseButton-primary]:not(:disabled)": ("#ffffff", "#0b0e13"),
    **{
        f"[data-testid=stCode] pre .token:is({kinds})": colours
        for kinds, colours in {
            ".keyword, .tag, .function, .class-name, .selector": ("#0b5cad", "#6cb6ff"),
            ".string, .char, .attr-value": ("#0b6e35", "#4fc98a"),
            ".number, .boolean, .constant, .symbol": ("#7a3e9d", "#d2a8ff"),
            ".operator, .entity, .decorator": ("#9a4700", "#ffa657"),
            ".comment, .punctuation": ("#5d6273", "#9aa4b2"),
            ".variable, .attr-name, .property": ("#00667f", "#56c8e8"),
        }.items()
    },
}
STYLE: Final = "\n".join(
    [
        "<style>",
        *(f"{words} {{ color: light-dark({light}, {dark}) }}" for words, (light, dark) in _WORDS.items()),
        "</style>",
    ]
)


def palettes() -> dict[str, object]:
    """Both palettes as JSON-able data, {"light": {...}, "dark": {...}}: what the live view is handed."""
    return {"light": asdict(LIGHT), "dark": asdict(DARK)}
