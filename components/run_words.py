"""A stored run in words: what was trained with which settings, how it went, when, and for how long."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any, Final

from components.catalog import CONCEPTS
from models.settings import (
    Choice,
    Flag,
    Setting,
    Several,
    format_value,
    from_mapping,
    settings_of,
    shortened,
    to_mapping,
)
from models.stored import config_type
from training.runs import runs
from training.store import RunRow

#: Metric → what a learner reads; the first that a run has is its score.
SCORES: Final = {"accuracy/test": "test accuracy", "r2/test": "test R²", "loss/test": "test loss"}
OUTCOMES: Final = {
    "finished": "finished",
    "stopped": "stopped by you",
    "replaced": "replaced by a newer run",
    "left": "ended because nobody watched",
    "time": "reached the time limit",
    "memory": "ran out of memory",
    "killed": "was killed",
    "server": "ended with the server",
    "failed": "failed",
    "refused": "was refused",
}
STATES: Final = {"running": "training now", "paused": "paused", "queued": "waiting for its turn"}
CONCEPT_TITLES: Final = {item.stem: item.title for item in CONCEPTS}
#: Told elsewhere, or of no interest to a reader.
_UNTOLD = ("dataset", "device", "header", "points", "csv", "own", "data_dir", "network")
_LONGEST = 60


def title_of(row: RunRow) -> str:
    """The title that the learner gave, else the concept and the data set."""
    dataset = dataset_of(row)
    concept = concept_title(row.page)
    return row.title or (f"{concept}, {dataset}" if dataset else concept)


def concept_title(page: str) -> str:
    """The lesson's title; a second view of a lesson, "cnn-second", adds the word behind its dash."""
    stem, _, view = page.partition("-")
    title = CONCEPT_TITLES.get(stem)
    return page if title is None else f"{title} ({view})" if view else title


def dataset_of(row: RunRow) -> str:
    """The name of the data set; "" for a model without one."""
    return values_in_words(row).get("dataset", ("", ""))[1]


def full_config(row: RunRow) -> dict[str, Any]:
    """The run's settings with today's defaults filled in; as they are when they are no longer known."""
    try:
        return to_mapping(from_mapping(config_type(row.model), row.config))
    except ValueError:
        return dict(row.config)


def values_in_words(row: RunRow) -> dict[str, tuple[str, str]]:
    """Setting → (its label, its value as a learner reads it)."""
    config = full_config(row)
    try:
        settings = {setting.name: setting for setting in settings_of(config_type(row.model))}
    except ValueError:
        settings = {}
    told = {}
    for name, value in config.items():
        if name in ("data_dir", "weights", "network"):  # a place on a server; where a run was imported, none
            continue
        setting = settings.get(name)
        told[name] = (setting.label, _value_words(setting, value)) if setting else (name, shortened(value))
    return told


def _value_words(setting: Setting, value: Any) -> str:
    match setting.declaration:
        case Choice() as choice:
            return choice.label_of(value) if value in choice.values else shortened(value)
        case Several() as several:
            return ", ".join(several.options.get(part, str(part)) for part in value) or "none"
        case Flag():
            return "on" if value else "off"
    if setting.name in ("csv", "own"):
        return os.path.basename(str(value))[:8]
    text = format_value(setting, value) or "none"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def changes_in_words(row: RunRow) -> list[str]:
    """The settings that differ from the defaults, each as "learning rate 0.1"."""
    try:
        defaults = {setting.name: setting.default for setting in settings_of(config_type(row.model))}
    except ValueError:
        defaults = {}
    config = full_config(row)
    words = values_in_words(row)

    def differs(name: str) -> bool:
        value = tuple(config[name]) if isinstance(config[name], list) else config[name]
        return name not in defaults or value != defaults[name]

    return [
        f"{label} {value}" for name, (label, value) in words.items() if name not in _UNTOLD and differs(name)
    ]


def score_of(row: RunRow) -> str:
    """ "test accuracy 93.2 %"; "" for a run without a score (yet)."""
    metric = next((name for name in SCORES if name in row.metrics), None)
    return f"{SCORES[metric]} {number_in_words(metric, row.metrics[metric])}" if metric else ""


def number_in_words(metric: str, value: float) -> str:
    """A metric's value, rounded; accuracies in percent."""
    return f"{value * 100:.1f} %" if metric.startswith("accuracy/") else f"{value:.3g}"


def outcome_of(row: RunRow) -> str:
    """How it ended, or what it does now."""
    if row.outcome is None:
        return STATES.get(runs().executor.state(row.id) or "", "active")
    return OUTCOMES.get(row.outcome, row.outcome)


def moment_of(row: RunRow) -> datetime.datetime:
    """When it began (SQLite forgets that it was UTC)."""
    return row.created if row.created.tzinfo else row.created.replace(tzinfo=datetime.UTC)


def ago(moment: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """ "just now", "5 minutes ago", "3 days ago"."""
    seconds = ((now or datetime.datetime.now(datetime.UTC)) - moment).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


def duration_of(metrics: Mapping[str, Any]) -> str:
    """Time spent training, pauses left out; "" when it was not told."""
    seconds = metrics.get("seconds")
    if not isinstance(seconds, int | float):
        return ""
    if seconds >= 60:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
