"""What a page's script does for its live view: a run for a setting that changed is begun at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import experiment as experiment_module
from components.experiment import REST_SECONDS
from tests.running import Running, wait_until
from training.launcher import Launcher
from training.runs import Handle, Runs
from training.spec import RunFolder

MakeRuns = Callable[..., Runs]


def _page() -> None:
    import streamlit as st

    from components.experiment import experiment
    from components.moved import hand, nobody_follows
    from models.mlp_settings import Config

    dataset = st.selectbox("data", ["circle", "drawn"])
    share = st.slider("test", 0.1, 0.5, 0.3)
    noise = st.slider("noise", 0.0, 0.5, 0.1)
    config = Config(dataset=dataset, test_fraction=share, noise=noise)
    nobody_follows()
    experiment("mlp", config, lambda _: [], points_setting="points" if dataset == "drawn" else None)
    before, after = st.session_state.get("to follow", (0.0, 0.0))
    if before != after:
        (follower,) = hand()._followers
        st.session_state["picture"] = follower("test_fraction", before, after, False)


class Page:
    """That page, run without a browser."""

    def __init__(self) -> None:
        self.app = AppTest.from_function(_page, default_timeout=30).run()

    def move(self, slider: int, value: float, *, rest: float = 2 * REST_SECONDS) -> None:
        time.sleep(rest)
        self.app.slider[slider].set_value(value).run()

    def follow(self, before: float, after: float) -> Any:
        """What tells whether the picture is there, once the view has followed the first slider from one value to another."""
        time.sleep(2 * REST_SECONDS)
        self.app.session_state["to follow"] = (before, after)
        self.app.run()
        self.app.session_state["to follow"] = (0.0, 0.0)
        return self.app.session_state["picture"]

    @property
    def view(self) -> dict[str, Any]:
        assert not self.app.exception
        (node,) = [node for node in self.app.main if getattr(node, "key", None) == "live mlp"]
        return dict(json.loads(node.proto.json))


@pytest.fixture
def runs(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> Runs:
    own = make_runs()
    monkeypatch.setattr(experiment_module, "runs", lambda: own)
    return own


def running(runs: Runs, known: dict[str, Any]) -> Running:
    folder = runs.folder("view", known["view"])
    assert folder is not None
    return Running(runs, Handle(folder.id, known["view"], known["control"], known["state"]))


def test_a_run_is_begun_for_a_setting_that_needs_one(runs: Runs) -> None:
    page = Page()
    first = page.view["run"]
    assert first is None, "that is for the browser to ask for"
    page.move(0, 0.4)
    known = page.view["run"]
    assert (known["begun"], known["shape"], known["state"]) == (True, page.view["shape"], "paused")
    run = running(runs, known)
    assert run.until_frames(1)[0]["step"] == 0
    assert run.of_kind("head")[0]["config"]["test_fraction"] == 0.4
    assert runs.store.count(page.app.session_state["learner without a cookie"]) == {}, "not played"

    page.move(1, 0.2)  # a live setting: the same run takes it
    assert page.view["run"] == known
    page.move(0, 0.2)
    assert page.view["run"]["begun"] and page.view["run"]["view"] != known["view"]
    assert run.until_ended()["outcome"] == "replaced"


def test_a_live_setting_reaches_the_run_with_the_page(runs: Runs) -> None:
    page = Page()
    page.move(0, 0.4)
    run = running(runs, page.view["run"])
    run.until_frames(1)
    page.move(1, 0.2)
    assert [frame["step"] for frame in run.until_frames(2)] == [0, 0]
    run.command("set", values={"noise": 0.2})  # the browser sends it too, once it has drawn the page
    page.move(1, 0.3)
    page.move(1, 0.3)
    run.until_frames(3)
    run.command("step")
    run.until_frames(4)
    assert [frame["step"] for frame in run.of_kind("frame")] == [0, 0, 0, 1], (
        "a frame for each change, and no other"
    )

    run.command("stop")
    run.until_ended()
    page.move(1, 0.1)
    assert page.view["run"]["state"] == "ended"


def test_changes_in_close_succession_are_left_to_the_browser(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page()
    page.move(0, 0.4)
    known = page.view["run"]
    monkeypatch.setattr(experiment_module, "REST_SECONDS", 100.0)
    page.move(0, 0.5, rest=0)
    assert page.view["run"] == known, "and it is told which run there is"
    assert page.view["shape"] != known["shape"]


def test_nothing_is_begun_that_cannot_be_trained_on_or_would_have_to_wait(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page()
    time.sleep(2 * REST_SECONDS)
    page.app.selectbox[0].set_value("drawn").run()  # no point is drawn yet
    assert page.view["run"] is None
    monkeypatch.setattr(runs.executor, "_launcher", Launcher())  # has not imported torch
    time.sleep(2 * REST_SECONDS)
    page.app.selectbox[0].set_value("circle").run()
    page.move(0, 0.4)
    assert page.view["run"] is None


def test_a_full_server_leaves_the_words_to_the_browser(
    make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = make_runs(max_processes=1)
    monkeypatch.setattr(experiment_module, "runs", lambda: own)
    page = Page()
    other = Running.begin(own)
    other.until_frames(2)  # it trains, so that it cannot be ended to make room
    page.move(0, 0.4)
    assert page.view["run"] is None


def test_a_view_follows_a_slider_before_the_page_is_drawn_again(runs: Runs) -> None:
    page = Page()
    page.move(0, 0.4)
    first = page.view
    before = running(runs, first["run"])
    described = before.handle.id, RunFolder(before.handle.id, before.path).spec
    wait_until(page.follow(0.4, 0.25))
    assert page.view["shape"] == first["shape"], "the page has not heard of it"
    newest = runs.successor(*described)
    assert newest is not None
    told = runs.told(newest)
    assert told["session"] == page.view["session"]
    assert told["moment"] > page.view["moment"]
    assert set(told) == {"session", "moment", "spec", "shape", "live", "panels", "seconds", "view", "control"}
    folder = runs.folder("view", told["view"])
    assert folder is not None and folder.spec.config["test_fraction"] == 0.25

    page.move(0, 0.25)
    assert (page.view["run"]["view"], page.view["shape"]) == (told["view"], told["shape"])
    assert page.view["run"]["begun"]


def test_a_view_with_another_value_does_not_follow(runs: Runs) -> None:
    page = Page()
    page.move(0, 0.4)
    known = page.view["run"]
    assert page.follow(0.3, 0.25) is None, "a slider that this view does not hang on"
    assert page.view["run"] == known
