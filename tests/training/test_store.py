"""The database of runs: what is written is found again, by learner, page and age."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.spec import Spec
from training.store import Store, this_server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    own = Store(f"sqlite:///{tmp_path / 'deep' / 'runs.sqlite'}")
    yield own
    own.close()


def spec(learner: str = "ada", page: str = "mlp") -> Spec:
    return Spec(learner, page, "mlp", {"hidden": [4], "seed": 3})


def test_a_run_is_written_down_with_its_config_and_its_server(store: Store) -> None:
    store.add("r1", spec())
    row = store.get("r1")
    assert row is not None
    assert (row.learner, row.page, row.model, row.outcome) == ("ada", "mlp", "mlp", None)
    assert row.config == {"hidden": [4], "seed": 3}
    assert row.server == this_server()
    assert row.server.endswith(f":{os.getpid()}")
    assert store.get("r2") is None


def test_the_end_of_a_run_is_kept(store: Store) -> None:
    store.add("r1", spec())
    assert [row.id for row in store.alive()] == ["r1"]
    store.end("r1", "stopped", "Stopped by you." + "x" * 2000, {"loss/test": 0.25})
    row = store.get("r1")
    assert row is not None
    assert row.outcome == "stopped"
    assert row.metrics == {"loss/test": 0.25}
    assert len(row.sentence) == 1000
    assert row.ended is not None
    assert store.alive() == []


def test_the_end_of_a_run_that_was_never_played_leaves_nothing(store: Store) -> None:
    store.end("preview", "replaced", "A newer run took this one's place.", {})
    assert store.get("preview") is None


def test_a_learner_sees_only_their_own_runs_newest_first(store: Store) -> None:
    for run_id, learner, page in (
        ("r1", "ada", "mlp"),
        ("r2", "bob", "mlp"),
        ("r3", "ada", "cnn"),
        ("r4", "ada", "mlp"),
    ):
        store.add(run_id, spec(learner, page))
    assert [row.id for row in store.of_learner("ada")] == ["r4", "r3", "r1"]
    assert [row.id for row in store.of_learner("ada", "mlp")] == ["r4", "r1"]
    assert [row.id for row in store.of_learner("ada", limit=1)] == ["r4"]
    assert store.of_learner("eve") == []


def test_only_old_and_ended_runs_are_deleted(store: Store) -> None:
    for run_id in ("old", "alive"):
        store.add(run_id, spec())
    store.end("old", "finished", "Training finished.", {})
    now = datetime.datetime.now(datetime.UTC)
    assert store.delete_before(now - datetime.timedelta(days=1)) == []
    assert store.delete_before(now + datetime.timedelta(seconds=1)) == ["old"]
    assert store.get("old") is None
    assert store.get("alive") is not None


def test_many_threads_may_write(store: Store) -> None:
    def write(who: int) -> None:
        for number in range(10):
            store.add(f"{who}-{number}", spec(f"learner {who}"))
            store.end(f"{who}-{number}", "finished", "Training finished.", {})

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(store.of_learner(f"learner {who}")) for who in range(4)] == [10] * 4
    assert store.alive() == []
