"""A lesson whose packages are missing is nowhere: not in the catalog, on no page, and not imported ahead."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from components.catalog import EVERY, present
from models import box2d

ROOT = Path(__file__).resolve().parents[1]

#: A process without Box2D opens the home page and the lesson before the missing one, and reads what is imported ahead.
WITHOUT = """
import importlib.util, sys
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "Box2D" else found(name, *rest)
from streamlit.testing.v1 import AppTest
for stem in ("", "pages/cartpole.py"):
    app = AppTest.from_file("navigation.py", default_timeout=60).run()
    if stem:
        app.switch_page(stem).run()
    assert not app.exception, app.exception
    links = [link.page for link in app.get("page_link")]
    words = " ".join(str(text.value) for text in app.markdown)
    assert not any("lander" in link.lower() for link in links) and "lander" not in words.lower(), (links, words)
assert "platformer" in links
import models.preload
for _ in models.preload.later():
    pass
assert not [name for name in sys.modules if "lander" in name or name.partition(".")[0] in ("Box2D", "pygame")]
"""


def test_a_lesson_is_listed_when_its_packages_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *_: None if name == "pygame" else found(name)
    )
    stems = [item.stem for item in present(EVERY)]
    assert len(stems) == len(EVERY) - 1 and "lunar_lander" not in stems
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: object())
    assert present(EVERY) == EVERY
    assert {name for item in EVERY for name in item.needs} == set(box2d.MODULES)


def test_without_them_nothing_speaks_of_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        cwd=ROOT,
        env={"PATH": "", "PLAYGROUND_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
