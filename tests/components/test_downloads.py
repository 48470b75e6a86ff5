"""Published pictures on a page: offered, fetched while the page goes on, refused in one sentence, then there for all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from streamlit.testing.v1 import AppTest

from data import download, published
from data.download import Progress, tell
from data.published import SETS
from models.settings import Choice, Text
from tests.data.test_download import part, small_mnist
from tests.mirror import Mirror
from tests.running import wait_until
from training.executor import RunError
from training.runs import runs


@dataclass(frozen=True)
class Config:
    dataset: Annotated[str, Choice(("digits", "drawings", *SETS), help="Pictures.")] = "digits"
    data_dir: Annotated[str, Text(widget=False, linked=False, max_length=4000, help="A folder.")] = ""


def page() -> None:
    import streamlit as st

    from components.controls import controls
    from components.downloads import downloads
    from tests.components.test_downloads import Config

    config = controls(Config)
    st.session_state["config"] = config
    st.session_state["ready"] = downloads(config)


class Page:
    def __init__(self, dataset: str, **link: str) -> None:
        self.app = AppTest.from_function(page, default_timeout=30)
        for name, value in {"dataset": dataset, **link}.items():
            self.app.query_params[name] = value
        self.run()

    def run(self) -> Page:
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    @property
    def config(self) -> Config | None:
        """What the page may train with."""
        config: Config | None = self.app.session_state["ready"]
        return config

    @property
    def sentences(self) -> list[str]:
        return [str(one.value).replace("\\", "") for one in (*self.app.warning, *self.app.error)]

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.app.button if button.label.startswith(("Download", "Use"))]

    @property
    def bars(self) -> list[Any]:
        return [node.proto for node in self.app.get("progress")]

    def press(self, label: str) -> Page:
        next(button for button in self.app.button if button.label == label).click()
        return self.run()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of data sets of a server that has none."""
    server(monkeypatch, home=str(tmp_path))
    return tmp_path / "datasets"


def server(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    monkeypatch.setattr(runs(), "limits", dataclasses.replace(runs().limits, **limits))


@pytest.fixture
def mirror(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """The server's mirror, with a small MNIST that counts as the published one in this process."""
    files = small_mnist()
    small = dataclasses.replace(SETS["mnist"], parts=tuple(part(*pair) for pair in files.items()))
    monkeypatch.setitem(published.SETS, "mnist", small)
    with Mirror({f"mnist/{name}": content for name, content in files.items()}).running() as running:
        server(monkeypatch, mirror=running.url)
        yield running


def test_what_comes_with_the_playground_needs_nothing(folder: Path) -> None:
    for name in ("digits", "drawings"):
        page = Page(name)
        assert page.config == Config(name) and page.buttons == []
    assert not folder.exists()


@pytest.mark.parametrize(("name", "megabytes"), [("mnist", 12), ("fashion", 31), ("cifar10", 170)])
def test_what_is_missing_is_offered(folder: Path, name: str, megabytes: int) -> None:
    page = Page(name)
    assert page.config is None and page.sentences == []
    assert page.buttons == [f"Download ({megabytes} MB)", "Use the digits", "Use the drawings"]
    page.press("Use the drawings")
    assert page.config == Config("drawings") and page.buttons == []


def test_a_download_from_beginning_to_end(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, Any]] = []

    def begin(function: str, arguments: Mapping[str, Any], seconds: float) -> None:
        assert function == "data.download:fetch" and seconds > download.SECONDS
        begun.append(dict(arguments))

    monkeypatch.setattr(runs().executor, "begin", begin)
    page = Page("mnist")
    page.press("Download (0 MB)")
    assert page.config is None and page.buttons == ["Use the digits", "Use the drawings"]
    (bar,) = page.bars
    assert bar.value == 0 and bar.text.startswith("Downloading MNIST: 0 of 0 MB.")
    tell("mnist", folder, Progress("running", 25_000_000, 100_000_000))
    (bar,) = page.run().bars
    assert bar.value == 25 and bar.text.startswith("Downloading MNIST: 25 of 100 MB.")
    assert Page("mnist").bars, "everybody sees it"
    assert len(begun) == 1
    download.fetch(**begun[0])
    assert [path for path, _ in mirror.asked] == [f"/{name}" for name in mirror.files]
    page.run()
    page.run()
    assert page.config == Config("mnist", str(folder)) and page.bars == []
    assert Page("mnist").config == page.config


def test_a_download_that_fails_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a real worker, from a mirror that has nothing."""
    with Mirror({}).running() as empty:
        server(monkeypatch, mirror=empty.url)
        page = Page("fashion")
        page.press("Download (31 MB)")
        wait_until(lambda: download.progress("fashion", folder).state == "failed")
        page.run()
        page.run()
    assert page.config is None
    assert page.sentences == [
        "Fashion-MNIST could not be downloaded: 127.0.0.1 answered with error 404; try again later, or take the digits "
        "or the drawings, which need no network."
    ]
    assert page.buttons == ["Download (31 MB)", "Use the digits", "Use the drawings"]
    assert empty.asked == [("/fashion/train-images-idx3-ubyte.gz", "")]


def test_without_a_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server(monkeypatch, mirror="http://127.0.0.1:9")
    page = Page("cifar10")
    page.press("Download (170 MB)")
    wait_until(lambda: download.progress("cifar10", folder).state == "failed")
    (sentence,) = page.run().run().sentences
    assert "this server cannot reach 127.0.0.1; check its network, or take the digits" in sentence


def raising(error: Exception) -> Callable[..., None]:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


def test_a_server_that_cannot_begin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs().executor, "begin", raising(RunError("The server is full: try again.")))
    page = Page("mnist").press("Download (12 MB)")
    assert page.sentences == ["The server is full: try again."]
    assert page.run().sentences == ["The server is full: try again."]
    monkeypatch.setattr("components.downloads.tell", raising(OSError(28, "full")))
    (sentence,) = page.press("Download (12 MB)").sentences
    assert "disk is full" in sentence and "28" not in sentence


def test_a_link_cannot_name_a_folder(folder: Path) -> None:
    page = Page("digits", data_dir="/etc")
    assert page.sentences == ["data_dir cannot be set by a link. The link's value was left out."]
    assert page.config == Config()
