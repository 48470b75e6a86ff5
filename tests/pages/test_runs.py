"""My runs: the list, what can be done with a run, comparison, bundles."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import run_words
from components.catalog import CONCEPTS
from tests.bundle_files import opened
from tests.pages.lesson_page import ROOT
from tests.running import Running
from training.runs import runs
from training.spec import Spec


class RunsPage:
    """The page as a learner without a cookie sees it."""

    def __init__(self) -> None:
        self.app = AppTest.from_file(ROOT / "navigation.py", default_timeout=30)
        self.app.run()
        self.learner = str(self.app.session_state["learner without a cookie"])
        self.open()

    def open(self, **query: str) -> RunsPage:
        self.app.switch_page("pages/runs.py")
        self.app.query_params.clear()
        for name, value in query.items():
            self.app.query_params[name] = value
        return self.run()

    def run(self) -> RunsPage:
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    def widget(self, key: str) -> Any:
        return next(node for node in self.app.main if getattr(node, "key", None) == key)

    def has(self, key: str) -> bool:
        return any(getattr(node, "key", None) == key for node in self.app.main)

    def press(self, key: str) -> RunsPage:
        self.widget(key).click()
        return self.run()

    def choose(self, run_id: str, action: str) -> RunsPage:
        self.widget(f"more {run_id}").set_value(action)
        return self.run()

    def train(self, **config: Any) -> str:
        """The id of a run of this learner's that is over."""
        run = Running.begin(runs(), Spec(self.learner, "mlp", "mlp", {"epochs": 3, **config}))
        run.until_ended(30)
        run.until_stored()
        return run.handle.id

    @property
    def links(self) -> list[tuple[str, str]]:
        """(page, query) of every link on the page."""
        nodes: list[Any] = [node for node in self.app.main if node.type == "page_link"]
        return [(node.page, node.proto.query_string) for node in nodes]

    @property
    def words(self) -> str:
        """Everything written on the page, without the escapes of Markdown."""
        said = [*self.app.markdown, *self.app.caption, *self.app.info, *self.app.error, *self.app.warning]
        return "\n".join(str(one.value) for one in said).replace("\\", "")


@pytest.fixture
def page() -> Iterator[RunsPage]:
    yield RunsPage()


def test_nothing_was_run_yet(page: RunsPage) -> None:
    assert [title.value for title in page.app.title] == ["My runs"]
    assert "You have no runs yet" in page.words


def test_a_run_is_listed_in_words(page: RunsPage) -> None:
    run_id = page.train(dataset="xor", hidden=[3, 2], learning_rate=0.1)
    other = page.train(dataset="diabetes")
    page.run()
    for words in (
        "Neural network, Exclusive or",
        "hidden layers 3-2",
        "learning rate 0.1",
        "test accuracy",
        "test R²",
        "finished",
        "just now",
    ):
        assert words in page.words, words
    assert page.words.index("Diabetes") < page.words.index("Exclusive or"), "newest first"
    page.app.switch_page("pages/home.py")
    page.run()
    lessons = {name for item in CONCEPTS for name in (item.path, item.stem)}
    assert [query for path, query in page.links if path not in lessons] == [
        f"open={other}",
        f"open={run_id}",
        "",
    ]


def test_others_runs_are_not_shown(page: RunsPage) -> None:
    stranger = RunsPage()
    run_id = stranger.train()
    page.open(open=run_id)
    assert "not yours" in page.words and not page.has(f"run {run_id}")
    page.open(compare=f"{run_id},{run_id}")
    assert "nothing to compare" in page.words


def test_rename(page: RunsPage) -> None:
    run_id = page.train()
    page.run().choose(run_id, "rename")
    page.widget(f"title {run_id}").set_value("**Bold** <b>one</b> [x](http://y)")
    next(button for button in page.app.button if button.label == "Save").click()
    page.run()
    row = runs().store.get(run_id)
    assert row is not None and row.title == "**Bold** <b>one</b> [x](http://y)"
    heading = next(str(text.value) for text in page.app.markdown if "Bold" in str(text.value))
    assert heading.startswith(r"**\*\*Bold\*\* \<b\>one\<\/b\> \[x\]")
    assert not page.has(f"title {run_id}")


def test_delete_asks_once(page: RunsPage) -> None:
    run_id = page.train()
    page.run().choose(run_id, "delete")
    assert "cannot be brought back" in page.words
    page.press(f"keep {run_id}")
    assert page.has(f"open {run_id}") and not page.has(f"delete {run_id}")
    page.choose(run_id, "delete").press(f"delete {run_id}")
    assert "You have no runs yet" in page.words
    assert runs().store.get(run_id) is None and not (runs().limits.runs_folder / run_id).exists()


def test_an_active_run_is_not_deleted(page: RunsPage) -> None:
    run = Running.begin(runs(), Spec(page.learner, "mlp", "mlp", {}))
    run.until_frames(2, 30)
    run_id = run.handle.id
    page.run()
    assert "training now" in page.words
    page.choose(run_id, "delete").press(f"delete {run_id}")
    assert [str(error.value) for error in page.app.error] == [
        "This run is still active\\: stop it before you delete it\\."
    ]
    page.choose(run_id, "export")
    assert len(page.app.error) == 1 and "before you export it" in page.words
    run.command("stop")
    run.until_stored()


def test_open_shows_the_recorded_run(page: RunsPage) -> None:
    run_id = page.train(dataset="spiral", learning_rate=0.3)
    page.run().press(f"open {run_id}")
    assert page.app.query_params["open"] == run_id
    view = json.loads(page.widget(f"run {run_id}").proto.json)
    assert view["autopreview"] is False and view["run"]["state"] == "ended"
    assert view["run"]["shape"] == view["shape"] and len(view["panels"]) >= 5
    spec = runs().tokens.unpack(view["spec"])
    assert spec is not None and (spec.learner, spec.config["dataset"]) == (page.learner, "spiral")
    assert page.links == [("mlp", "dataset=Spiral&learning_rate=0.3&epochs=3")]
    page.press("runs: back")
    assert page.has(f"open {run_id}") and page.has("runs: concept")


def test_compare_two(page: RunsPage) -> None:
    first = page.train(learning_rate=0.3)
    second = page.train(activation="relu")
    page.run()
    assert page.widget("runs: compare").disabled
    for run_id in (first, second):
        page.widget(f"compare {run_id}").set_value(True)
        page.run()
    page.press("runs: compare")
    (table,) = [str(text.value) for text in page.app.markdown if str(text.value).startswith("| What |")]
    rows = {line.split("|")[1].strip(): line for line in table.replace("\\", "").splitlines()}
    assert "0.3" in rows["Learning rate"] and "0.03" in rows["Learning rate"]
    assert "tanh" in rows["Activation"] and "ReLU" in rows["Activation"]
    assert "Dataset" not in rows and "Test accuracy" in rows
    chart = json.loads(page.widget("curves").proto.spec)
    assert [trace["line"]["dash"] for trace in chart["data"]] == ["solid", "dot"] * 2
    assert len({trace["line"]["color"] for trace in chart["data"]}) == 2
    assert chart["layout"]["yaxis"]["title"]["text"] == "Loss (cross-entropy, nats)"
    assert {trace["name"] for trace in chart["data"]} == {
        "Neural network, Circle (1)",
        "Neural network, Circle (2)",
    }
    page.widget("compare: metric").set_value("accuracy")
    page.widget("compare: axis").set_value("seconds")
    page.run()
    chart = json.loads(page.widget("curves").proto.spec)
    assert "seconds" in chart["layout"]["xaxis"]["title"]["text"]


def test_export_and_import(page: RunsPage) -> None:
    run_id = page.train(dataset="xor")
    page.run().choose(run_id, "export")
    assert page.has(f"download {run_id}")
    data = (runs().limits.runs_folder / run_id / "bundle.zip").read_bytes()
    bundle = opened(data)
    assert set(bundle.extra) == {"script.py", "notebook.ipynb"} and b"torch" in bundle.extra["script.py"]
    page.press(f"close {run_id}")
    (uploader,) = page.app.file_uploader
    uploader.set_value(("bad.zip", b"PK nonsense", "application/zip"))
    page.run()
    assert len(page.app.error) == 1 and "not a zip archive" in page.words
    page.app.file_uploader[0].set_value(("run.zip", data, "application/zip"))
    page.run()
    assert not page.app.error and "imported" in page.words
    rows = runs().store.of_learner(page.learner)
    assert len(rows) == 2 and rows[0].imported and rows[0].metrics == rows[1].metrics
    assert not list(runs().limits.uploads_folder.glob("*.zip"))
    page.press(f"open {rows[0].id}")
    assert page.has(f"run {rows[0].id}")


def test_pages_of_twenty_and_the_filter(page: RunsPage) -> None:
    for number in range(23):
        runs().store.add(f"{page.learner}-{number}", Spec(page.learner, "mlp", "mlp", {}))
        runs().store.end(f"{page.learner}-{number}", "stopped", "Stopped by you.", {})
    runs().store.add(f"{page.learner}-old", Spec(page.learner, "gone", "gone", {"wings": 2}))
    runs().store.end(f"{page.learner}-old", "failed", "Training stopped.", {})
    page.run()
    assert sum(page.has(f"open {page.learner}-{number}") for number in range(23)) == 19
    assert "wings 2" in page.words, "a lesson that is no more"
    page.widget("runs: page of ").set_value(2)
    page.run()
    assert sum(page.has(f"open {page.learner}-{number}") for number in range(23)) == 4
    page.widget("runs: concept").set_value("gone")
    page.run()
    assert sum(button.label == "Open" for button in page.app.button) == 1
    page.press(f"open {page.learner}-old")
    assert "No pictures of this run were recorded" in page.words


def test_times_in_words() -> None:
    assert run_words.duration_of({"seconds": 75.4}) == "1 min 15 s"
    assert run_words.duration_of({"seconds": 0.42}) == "0.4 s" and run_words.duration_of({}) == ""
    now = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    told = {run_words.ago(now - datetime.timedelta(seconds=seconds), now) for seconds in (5, 90, 7200, 2e5)}
    assert told == {"just now", "1 minute ago", "2 hours ago", "2 days ago"}
