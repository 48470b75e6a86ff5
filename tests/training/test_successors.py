"""Which run took another's place, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.running import Running, spec, wait_until
from training import runs as runs_module
from training.runs import Runs


@pytest.fixture
def runs(make_runs: Callable[..., Runs]) -> Runs:
    return make_runs()


def test_a_run_knows_its_successor_while_that_lives(runs: Runs) -> None:
    first = Running.begin(runs)
    first.until_frames(1)
    assert runs.successor(first.handle.id, spec()) is None
    elsewhere = Running.begin(runs, spec(page="mlp-second"), paused=True)
    assert runs.successor(first.handle.id, spec()) is None
    second = Running.begin(runs, paused=True)
    first.until_stored()
    assert runs.successor(first.handle.id, spec()) == second.handle.id
    assert runs.told(second.handle.id) == {"view": second.handle.view, "control": second.handle.control}
    assert runs.successor(second.handle.id, spec()) is None
    assert runs.successor(elsewhere.handle.id, spec(page="mlp-second")) is None
    second.command("stop")
    second.until_ended()
    wait_until(lambda: runs.successor(first.handle.id, spec()) is None)


def test_a_run_that_was_played_is_succeeded_after_its_end_too(runs: Runs) -> None:
    first = Running.begin(runs)
    first.command("stop")
    first.until_stored()
    assert runs.successor(first.handle.id, spec()) is None
    second = Running.begin(runs, paused=True)
    assert runs.successor(first.handle.id, spec()) == second.handle.id
    third = Running.begin(runs, paused=True)
    assert runs.successor(first.handle.id, spec()) == third.handle.id
    third.command("stop")
    wait_until(lambda: runs.successor(first.handle.id, spec()) is None)


def test_the_newest_successor_counts(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_module, "MOST_REPLACED", 2)
    chain = [Running.begin(runs, paused=True) for _ in range(4)]
    *earlier, last = (run.handle.id for run in chain)
    assert [runs.successor(run_id, spec()) for run_id in earlier] == [None, last, last], (
        "so many are remembered"
    )
    told = runs.start(spec(), paused=True, told={"session": "x"})
    assert runs.told(told.id) == {"session": "x", "view": told.view, "control": told.control}
    assert runs.successor(last, spec()) == told.id
    for run in chain:
        run.until_ended()
    assert runs.successor(last, spec()) == told.id, "though the one before has ended"
    runs.command(told.id, {"action": "stop"})
    wait_until(lambda: runs.successor(last, spec()) is None)
    assert runs.told(told.id).keys() == {"view", "control"}
    assert not runs._current and not runs._replaced and not runs._told
