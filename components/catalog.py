"""The concepts of the playground, by chapter. Navigation, home page and contract tests read this list.

One stem everywhere: `pages/<stem>.py`, `models/<stem>.py`, `python -m models.<stem>`, and as the URL with dashes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """One lesson."""

    stem: str
    title: str
    chapter: str
    claim: str  # one sentence: what the learner will have seen
    icon: str
    sources: tuple[str, ...]

    @property
    def path(self) -> str:
        """The page's address, without the slash before it."""
        return self.stem.replace("_", "-")


CONCEPTS = (
    Concept(
        "mlp",
        "Neural network",
        "Learning from examples",
        "Watch layers of simple neurons bend a straight border until it fits your data.",
        ":material/hub:",
        (
            "Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors, Nature 323",
            "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks",
        ),
    ),
)


def concept(stem: str) -> Concept:
    """The concept with this stem; KeyError when there is none."""
    return {item.stem: item for item in CONCEPTS}[stem]


def chapters() -> dict[str, list[Concept]]:
    """Chapter → its concepts, in the order of the list."""
    found: dict[str, list[Concept]] = {}
    for item in CONCEPTS:
        found.setdefault(item.chapter, []).append(item)
    return found
