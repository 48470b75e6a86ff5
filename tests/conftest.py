"""What every test shares: a home folder of its own for the whole session, and one warm process that starts workers."""

from __future__ import annotations

import dataclasses
import functools
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Tests run side by side: one thread each, as every run of the playground.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from tests.running import SharedLauncher, runs_with
from training.environment import Environment, environment, read
from training.runs import Runs, runs


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The server's home folder. Nothing a test does touches the real one, whatever the developer has set."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("PLAYGROUND_")]:
        del os.environ[name]
    path = tmp_path_factory.mktemp("home")
    os.environ["PLAYGROUND_HOME"] = str(path)
    environment.cache_clear()
    yield path
    if runs.cache_info().currsize:
        runs().close()
        runs.cache_clear()
    environment.cache_clear()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session", autouse=True)
def one_streamlit() -> Iterator[None]:
    """What a server does once, `AppTest` does for every page: read what 90 packages say of themselves, compile scripts."""
    from streamlit.components.v2 import manifest_scanner
    from streamlit.runtime.scriptrunner.script_cache import ScriptCache
    from streamlit.testing.v1 import app_test

    scan, compiled = functools.cache(manifest_scanner.scan_component_manifests), ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        patch.setattr(app_test, "ScriptCache", lambda: compiled)
        yield


@pytest.fixture(scope="session")
def launcher(home: Path) -> Iterator[SharedLauncher]:
    """The process that workers are forked from, warmed once: that takes seconds."""
    shared = SharedLauncher()
    shared.warm()
    yield shared
    shared.end()


MakeRuns = Callable[..., Runs]


@pytest.fixture
def make_runs(launcher: SharedLauncher, tmp_path: Path) -> Iterator[MakeRuns]:
    """Makes `Runs` in a fresh home with the given limits, all closed at the end of the test."""
    made: list[Runs] = []

    def make(home: Path = tmp_path / "home", **limits: Any) -> Runs:
        defaults = Environment(home=str(home), max_runs=4)
        made.append(runs_with(dataclasses.replace(defaults, **limits), launcher))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs whose workers have little of everything: memory, time, and patience with nobody watching."""
    limits = {
        "HOME": str(tmp_path_factory.mktemp("hurried")),
        "MAX_RUNS": "2",
        "MAX_SECONDS": "1",
        "MAX_MEMORY_MB": "100",
        "MAX_LOG_MB": "1",
        "LEASE_PAUSE_SECONDS": "1",
        "LEASE_END_SECONDS": "3",
    }
    variables = {f"PLAYGROUND_{name}": value for name, value in limits.items()}
    shared = SharedLauncher()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        shared.warm()  # workers read the limits that their parent was started with
    own = runs_with(read(variables), shared)
    yield own
    own.close()
    shared.end()


#: Files that take longest, in falling order. They go first, or a worker would be left with one of them at the end.
LONGEST = (
    "test_attack",
    "test_platformer_presets",
    "test_losses",
    "test_catalog",
    "test_pages",
    "test_platformer",
    "test_cartpole_presets",
    "test_cnn_efficiency",
    "test_cnn_efficiency_code",
    "test_platformer_code",
)


def pytest_configure() -> None:
    """Looking for garbage in what is imported, and stays, would take a fifth of the time until all tests are collected."""
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test may fail because the machine was busy: it gets a second try, and must pass that one."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    place = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not look through half a million objects of it again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says why first tries failed: a second one that passes hides it."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.line(report.longreprtext)
