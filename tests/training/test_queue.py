"""More runs than places: who waits is told how long the queue is, and is served in turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.running import Running, spec, wait_until
from training.executor import RunError
from training.runs import Runs

MakeRuns = Callable[..., Runs]


def place_of(run: Running) -> int:
    """The place in the queue that the run's viewers were told last."""
    run.until_state("queued")
    return int([record["place"] for record in run.states if record["state"] == "queued"][-1])


def test_runs_wait_for_a_place_and_get_it_in_order(make_runs: MakeRuns) -> None:
    runs = make_runs(max_runs=1)
    learners = ("ada", "bob", "cyd", "dan")
    ada, bob, cyd, dan = (Running.begin(runs, spec(learner=learner)) for learner in learners)
    assert [runs.executor.state(run.handle.id) for run in (ada, bob, cyd, dan)] == ["running"] + [
        "queued"
    ] * 3
    wait_until(lambda: [place_of(run) for run in (bob, cyd, dan)] == [1, 2, 3])
    for run in (bob, cyd, dan):
        assert [frame["step"] for frame in run.frames] == [
            0
        ]  # the untrained network is there while one waits

    ada.command("stop")
    bob.until_state("running")
    wait_until(lambda: [place_of(run) for run in (cyd, dan)] == [1, 2])
    assert cyd.frames[-1]["step"] == 0

    bob.command("pause")  # a pause gives the place away
    cyd.until_state("running")
    wait_until(lambda: place_of(dan) == 1)
    bob.command("play")  # and play asks for one again, at the end of the queue
    wait_until(lambda: place_of(bob) == 2)

    cyd.command("stop")
    dan.until_state("running")
    dan.command("stop")
    bob.until_state("running", 2)
    wait_until(lambda: bob.frames[-1]["step"] > 0)


def test_a_learner_with_two_runs_lets_others_go_first(make_runs: MakeRuns) -> None:
    runs = make_runs(max_runs=2)
    first, second, third = (Running.begin(runs, spec(page=page)) for page in ("a", "b", "c"))
    bob = Running.begin(runs, spec(learner="bob"))
    wait_until(lambda: (place_of(bob), place_of(third)) == (1, 2))
    first.command("stop")
    bob.until_state("running")
    assert runs.executor.state(third.handle.id) == "queued"
    second.command("stop")
    third.until_state("running")


def test_leaving_the_queue(make_runs: MakeRuns) -> None:
    runs = make_runs(max_runs=1)
    ada, bob, cyd = (Running.begin(runs, spec(learner=learner)) for learner in ("ada", "bob", "cyd"))
    wait_until(lambda: (place_of(bob), place_of(cyd)) == (1, 2))
    bob.command("pause")
    bob.until_state("paused", 2)
    wait_until(lambda: place_of(cyd) == 1)
    cyd.command("stop")
    assert cyd.until_ended()["outcome"] == "stopped"
    ada.command("stop")
    ada.until_ended()
    assert [runs.executor.state(run.handle.id) for run in (ada, bob, cyd)] == [None, "paused", None]
    assert bob.frames[-1]["step"] == 0


def test_a_place_is_free_again_when_a_run_ends_by_itself(make_runs: MakeRuns) -> None:
    runs = make_runs(max_runs=1)
    ada = Running.begin(runs, spec(epochs=2))
    bob = Running.begin(runs, spec(learner="bob", epochs=2))
    assert ada.until_stored() == bob.until_stored() == "finished"


def test_a_full_server_ends_the_oldest_paused_run_and_refuses_when_there_is_none(make_runs: MakeRuns) -> None:
    runs = make_runs(max_runs=2, max_processes=2)
    idle = Running.begin(runs, spec(learner="idle"), paused=True)
    idle.until_state("paused")
    idle.command("step")
    idle.until_state("paused", 2)
    ada = Running.begin(runs, spec(learner="ada"))
    bob = Running.begin(runs, spec(learner="bob"))
    assert idle.until_stored() == "left"
    with pytest.raises(RunError, match=r"^The server already runs 2 experiments; try again in a minute\.$"):
        runs.start(spec(learner="cyd"), paused=False)
    assert len(list(runs.limits.runs_folder.iterdir())) == 3
    for run in (ada, bob):
        assert runs.executor.state(run.handle.id) == "running"
    assert {row.learner for row in runs.store.alive()} == {"ada", "bob"}
