"""A page run by AppTest: what it describes, what it tells the learner, and its controls by name."""

from __future__ import annotations

import importlib
import json
import shlex
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, cast

from streamlit.testing.v1 import AppTest

from components.code import COMMAND_SHOWN
from models.cli import Model, read_config
from models.settings import Choice, Range, Setting, Several, Sizes, Text, format_value, settings_of
from training.runs import runs

ROOT = Path(__file__).resolve().parents[2]


class LessonPage:
    """One concept's page inside the app's frame, as a learner without a cookie sees it."""

    def __init__(self, stem: str, link: Mapping[str, str] | None = None) -> None:
        self.stem = stem
        self.model: Model[Any] = importlib.import_module(f"models.{stem}").MODEL
        self.app = AppTest.from_file(ROOT / "navigation.py", default_timeout=120)
        self.app.switch_page(f"pages/{stem}.py")
        for name, value in (link or {}).items():
            self.app.query_params[name] = value
        self.app.session_state[f"{COMMAND_SHOWN} {stem}"] = True
        self.run()

    @property
    def settings(self) -> tuple[Setting, ...]:
        return settings_of(cast("Hashable", self.model.Config))

    def run(self) -> LessonPage:
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    @property
    def view(self) -> dict[str, Any] | None:
        """What the live view is given; None when the page has nothing to train on."""
        found = [node for node in self.app.main if getattr(node, "key", None) == f"live {self.stem}"]
        return json.loads(found[0].proto.json) if found else None

    @property
    def config(self) -> dict[str, Any]:
        """The configuration in the signed text that the browser would start a run with."""
        assert self.view is not None
        spec = runs().tokens.unpack(self.view["spec"])
        assert spec is not None and (spec.page, spec.model) == (self.stem, self.stem)
        return spec.config

    @property
    def command(self) -> str:
        """The command that the page shows for the terminal."""
        return next(str(code.value) for code in self.app.code if str(code.value).startswith("python -m"))

    def parsed_command(self) -> Any:
        """The Config that `models.cli` makes of that command."""
        program, *flags = shlex.split(self.command.removeprefix("python -m "))
        assert program == f"models.{self.stem}"
        return read_config(self.model, flags)

    @property
    def sentences(self) -> list[str]:
        """Warnings and errors on the page."""
        return [str(one.value).replace("\\", "") for one in (*self.app.warning, *self.app.error)]

    @property
    def captions(self) -> list[str]:
        return [str(caption.value) for caption in self.app.caption]

    def widget(self, name: str) -> Any:
        """The widget with this key."""
        return next(node for node in self.app.main if getattr(node, "key", None) == name)

    def draws(self, setting: Setting) -> bool:
        """Whether the setting has a widget now: noise, for one, has none for a real table."""
        return any(getattr(node, "key", None) == setting.name for node in self.app.main)

    def set(self, setting: Setting, value: Any) -> LessonPage:
        """Give a setting's widget a value of its own kind, as the browser would."""
        kept = format_value(setting, value) if isinstance(setting.declaration, Sizes) else value
        kept = list(kept) if isinstance(setting.declaration, Several) else kept
        self.widget(setting.name).set_value(kept)
        return self.run()

    def press(self, key: str) -> LessonPage:
        self.widget(key).click()
        return self.run()


def extremes(setting: Setting) -> list[Any]:
    """The values at the ends of what a setting's control can hold, and every option of a choice."""
    match setting.declaration:
        case Range(low=low, high=high):
            return [setting.kind(low), setting.kind(high)]
        case Choice(values=values):
            return list(values)
        case Sizes(low=low, high=high, max_length=longest):
            return [(), (low,), (high,) * longest]
        case Several(values=values):
            return [values[:1], values]
        case Text():
            return [""]
        case _:
            return [False, True]
