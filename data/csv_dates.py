"""Dates written year first become numbers: years with a fraction, so that time can be a feature."""

import re

import numpy as np
from numpy.typing import NDArray

_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?)?")
_DAYS_A_YEAR = 365.2425


def years(labels: list[str]) -> NDArray[np.float64] | None:
    """The year, with a fraction, of each label such as "1949-02" (1949.08) or "2024-05-31 12:00".

    None unless every label is a real date with the year first: 3.4.24 might be a day in March or in April.
    """
    if not labels or not all(_YEAR_FIRST.fullmatch(label[:40]) for label in labels):
        return None
    found = np.array([_moment(label) for label in labels], dtype="datetime64[s]")
    if np.isnat(found).any():
        return None
    year = found.astype("datetime64[Y]")
    days = (found - year.astype("datetime64[s]")).astype(np.float64) / 86400
    since_zero: NDArray[np.float64] = year.astype(np.int64) + 1970 + days / _DAYS_A_YEAR
    return since_zero


def _moment(label: str) -> np.datetime64:
    """The label as a moment; not-a-time for the 31st of February."""
    date, _, time = re.sub("[/.]", "-", label[:10]).replace("T", " ").partition(" ")
    clock = time or label[len(date) :].lstrip("T ").rstrip("Z")
    parts = [part.zfill(2) for part in date.split("-")]
    hours = [part.zfill(2) for part in clock.split(":")] if clock else []
    try:
        return np.datetime64("-".join(parts) + ("T" + ":".join(hours) if hours else ""), "s")
    except ValueError:
        return np.datetime64("NaT", "s")
