"""Words of the learner's file inside our sentences: on one line, in quotation marks and never long."""

from collections.abc import Sequence


def quoted(text: str, limit: int = 40) -> str:
    """Return `text` in quotation marks, on one line and at most `limit` characters long."""
    visible = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * limit])
    line = " ".join(visible.split())
    if len(line) > limit or len(text) > 10 * limit:
        line = line[: limit - 1] + "…"
    return f"'{line}'"


def listed(names: Sequence[str], n_most: int = 3) -> str:
    """Return the first names, quoted, and how many more there are."""
    shown = ", ".join(quoted(name) for name in names[:n_most])
    return shown if len(names) <= n_most else f"{shown} and {len(names) - n_most} more"


def counted_rows(n_rows: int) -> str:
    """Return "1 row" or "2 rows"."""
    return "1 row" if n_rows == 1 else f"{n_rows:,} rows"
