"""A run's life, in a real worker process: started, steered, rewound, ended, found again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.running import Running, arrays_of, metric_rows, process_exists, spec, strict_json, wait_until
from training.executor import Executor, RunError
from training.runs import Runs
from training.spec import SENTENCES, RunFolder

MakeRuns = Callable[..., Runs]


@pytest.fixture
def runs(make_runs: MakeRuns) -> Runs:
    return make_runs()


def test_a_run_streams_frames_until_it_is_finished(runs: Runs) -> None:
    run = Running.begin(runs, spec(epochs=30))
    end = run.until_ended()
    assert (end["outcome"], end["sentence"]) == ("finished", SENTENCES["finished"])
    steps = [frame["step"] for frame in run.frames]
    assert steps[0] == 0
    assert steps == sorted(steps)
    assert steps[-1] == 30 * 35
    assert end["metrics"]["accuracy/test"] == run.frames[-1]["metrics"]["accuracy/test"]
    assert run.frames[-1]["rates"]["epochs"] > 0
    assert sorted(metric_rows(run.path, 0)) == list(range(1, 30 * 35 + 1))
    assert run.facts["baselines"]["majority class"]["accuracy/test"] == pytest.approx(0.5, abs=0.05)
    assert run.until_stored() == "finished"
    with pytest.raises(RunError, match="has ended"):
        run.command("play")


def test_pause_holds_the_run_and_play_goes_on(runs: Runs) -> None:
    run = Running.begin(runs)
    run.until_frames(3)
    run.command("pause")
    assert run.until_state("paused", 2)["reason"] == "learner"
    held = run.frames[-1]["step"]
    assert runs.executor.state(run.handle.id) == "paused"
    time.sleep(0.25)  # more than two frames would come in this time
    assert run.frames[-1]["step"] == held
    run.command("play")
    wait_until(lambda: run.frames[-1]["step"] > held)
    assert len(run.of_kind("head")) == 1


def test_step_is_one_update_and_epoch_goes_to_the_end_of_the_pass(runs: Runs) -> None:
    run = Running.begin(runs, paused=True)
    run.until_state("paused")
    before = arrays_of(run.frames[-1])["weights/0"]
    run.command("step")
    run.until_state("paused", 2)
    assert run.frames[-1]["step"] == 1
    assert (arrays_of(run.frames[-1])["weights/0"] != before).any()
    run.command("epoch")
    run.until_state("paused", 3)
    assert (run.frames[-1]["step"], run.frames[-1]["epoch"]) == (35, 1.0)
    run.command("epoch")
    run.until_state("paused", 4)
    assert (run.frames[-1]["step"], run.frames[-1]["epoch"]) == (70, 2.0)


def test_rewind_gives_the_same_first_frame_and_the_same_curve_again(runs: Runs) -> None:
    run = Running.begin(runs, spec(optimizer="adam"), paused=True)
    run.until_state("paused")
    for n in (2, 3, 4):
        run.command("epoch")
        run.until_state("paused", n)
    run.command("rewind")
    assert run.until_state("paused", 5)["reason"] == "rewind"
    for n in (6, 7, 8):
        run.command("epoch")
        run.until_state("paused", n)
    run.command("stop")
    run.until_ended()
    first, again = ([frame for frame in run.frames if frame["segment"] == n] for n in (0, 1))
    assert again[0]["arrays"] == first[0]["arrays"]
    assert again[-1]["arrays"] == first[-1]["arrays"]
    curve = metric_rows(run.path, 0)
    assert len(curve) == 3 * 35
    assert metric_rows(run.path, 1) == curve
    assert [head["segment"] for head in run.of_kind("head")] == [0, 1]


@pytest.mark.parametrize("speed", [20.0, 5.0])
def test_the_speed_limit_is_kept(runs: Runs, speed: float) -> None:
    run = Running.begin(runs, paused=True)
    run.until_state("paused")
    run.command("speed", epochs_per_second=speed)
    rates: list[float] = []
    while len(rates) < 3 and not any(rate > 0.8 * speed for rate in rates):  # a busy machine may be slower
        n, start = len(rates) + 1, run.frames[-1]["epoch"]
        run.command("play")
        run.until_state("running", n)
        began = time.monotonic()
        time.sleep(1.5)
        run.command("pause")
        run.until_state("paused", n + 1)
        rates.append((run.frames[-1]["epoch"] - start) / (time.monotonic() - began))
    assert max(rates) == pytest.approx(speed, rel=0.2)
    assert run.frames[-1]["rates"]["epochs"] == pytest.approx(rates[-1], rel=0.3)  # what the page shows
    run.command("speed", epochs_per_second=None)
    held = run.frames[-1]["epoch"]
    run.command("play")
    wait_until(lambda: run.frames[-1]["epoch"] > held + 2 * speed, 2 / 0.8)


def test_live_settings_apply_in_flight_and_keep_the_weights(runs: Runs) -> None:
    run = Running.begin(runs, paused=True)
    run.until_state("paused")
    run.command("epoch")
    run.until_state("paused", 2)
    before, points = run.frames[-1], run.facts["points/train"]
    run.command("set", values={"noise": 0.4, "learning_rate": 0.00001})
    wait_until(lambda: run.facts["points/train"] != points)
    after = run.until_frames(4)[-1]
    assert after["step"] == before["step"]
    assert after["arrays"]["weights/0"] == before["arrays"]["weights/0"]
    run.command("epoch")
    run.until_state("paused", 3)
    moved = arrays_of(run.frames[-1])["weights/0"] - arrays_of(before)["weights/0"]
    assert 0 < np.abs(moved).max() < 1e-3
    assert len(run.of_kind("head")) == 1


def test_a_file_cannot_be_reached_by_changing_a_fixed_setting(runs: Runs) -> None:
    """The spec is signed so that learners cannot name files; a running run must not open that door again."""
    run = Running.begin(runs, paused=True)
    run.until_state("paused")
    run.command("set", values={"dataset": "csv", "csv": "/etc/passwd"})
    run.command("rewind")
    run.until_state("paused", 2)
    assert run.of_kind("head")[1]["config"]["csv"] == ""
    assert run.of_kind("head")[1]["config"]["dataset"] == "circle"


def test_an_edited_weight_is_in_the_next_frame_and_no_other_changes(runs: Runs) -> None:
    run = Running.begin(runs, paused=True)
    run.until_state("paused")
    before = arrays_of(run.frames[-1])
    run.command("edit", name="weights/1", index=[3, 2], value=1.5)
    after = arrays_of(run.until_frames(2)[-1])
    expected = before["weights/1"].copy()
    expected[3, 2] = 1.5
    np.testing.assert_array_equal(after["weights/1"], expected)
    for name in ("weights/0", "weights/2", "biases/0", "biases/1", "biases/2"):
        np.testing.assert_array_equal(after[name], before[name])
    assert (after["map"] != before["map"]).any()


def test_an_edit_a_rewind_and_a_replay_give_the_same_curve_again(runs: Runs) -> None:
    run = Running.begin(runs, paused=True)
    n_paused = 1

    def then(action: str, **more: object) -> None:
        nonlocal n_paused
        run.command(action, **more)
        n_paused += 1
        run.until_state("paused", n_paused)

    run.until_state("paused")
    for edited in (True, True, False, False):  # a segment each
        if edited:
            n_frames = len(run.frames)
            run.command("edit", name="weights/0", index=[1, 2], value=3.0)
            run.until_frames(n_frames + 1)
        for _ in range(2):
            then("epoch")
        then("rewind")
    run.command("stop")
    run.until_ended()
    curves = [metric_rows(run.path, segment) for segment in range(4)]
    assert len(curves[0]) == 70
    assert curves[0] == curves[1]
    assert curves[2] == curves[3]
    assert curves[0] != curves[2]


def test_stop_ends_the_process_and_keeps_the_frames(runs: Runs) -> None:
    run = Running.begin(runs)
    run.until_frames(2)
    pid = run.pid
    run.command("stop")
    assert run.until_ended()["outcome"] == "stopped"
    wait_until(lambda: not process_exists(pid), 3)
    assert run.until_stored() == "stopped"
    assert len(run.frames) >= 2


def test_a_loss_that_is_not_a_number_ends_with_a_note_in_strict_json(runs: Runs) -> None:
    run = Running.begin(runs, spec(dataset="plane", activation="linear", learning_rate=10))
    end = run.until_ended()
    assert end["outcome"] == "finished"
    assert [note["name"] for note in run.of_kind("note")] == ["diverged"]
    for line in (run.path / "frames.jsonl").read_bytes().splitlines():
        strict_json(line)
    assert run.frames[-1]["metrics"]["loss/batch"] is None
    assert run.until_stored() == "finished"


def test_one_active_run_for_each_learner_and_page(runs: Runs) -> None:
    first = Running.begin(runs)
    first.until_frames(1)
    other_page = Running.begin(runs, spec(page="another"))
    other_learner = Running.begin(runs, spec(learner="bob"))
    second = Running.begin(runs)
    end = first.until_ended()
    assert (end["outcome"], end["sentence"]) == ("replaced", SENTENCES["replaced"])
    assert first.until_stored() == "replaced"
    for run in (second, other_page, other_learner):
        assert runs.executor.state(run.handle.id) == "running"
    found = runs.latest("ada", "mlp")
    assert found is not None
    assert found[0].id == second.handle.id


def test_previews_that_nobody_played_leave_nothing_behind(runs: Runs) -> None:
    for seed in range(3):
        run = Running.begin(runs, spec(seed=seed), paused=True)
        run.until_state("paused")
    wait_until(lambda: len(list(runs.limits.runs_folder.iterdir())) == 1)
    run.command("step")
    run.until_state("paused", 2)
    Running.begin(runs, paused=True)
    assert run.until_stored() == "replaced"
    assert run.frames[-1]["step"] == 1
    assert [row.id for row in runs.store.of_learner("ada")] == [run.handle.id]


def test_tokens_open_this_run_as_far_as_their_purpose_goes(runs: Runs) -> None:
    run = Running.begin(runs, paused=True)
    for purpose, token in (("view", run.handle.view), ("control", run.handle.control)):
        found = runs.folder(purpose, token)
        assert found is not None
        assert found.path == run.path
    assert runs.folder("control", run.handle.view) is None
    assert runs.folder("view", runs.tokens.make("view", "../../etc")) is None
    assert runs.folder("view", runs.tokens.make("view", "20200101-000000-0123456789abcdef")) is None


def test_a_learners_newest_run_is_found_after_it_has_ended(runs: Runs) -> None:
    run = Running.begin(runs, spec(seed=7, epochs=1))
    run.until_stored()
    found = runs.latest("ada", "mlp")
    assert found is not None
    assert (found[0].id, found[0].state, found[1].config["seed"]) == (run.handle.id, "ended", 7)
    assert runs.latest("ada", "another") is None
    assert runs.latest("bob", "mlp") is None


def test_a_start_that_fails_leaves_no_trace(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = make_runs()

    def refuse(executor: Executor, folder: RunFolder, learner: str, *, play: bool) -> None:
        raise RunError("The server already runs 96 experiments; try again in a minute.")

    monkeypatch.setattr(type(runs.executor), "start", refuse)
    for paused in (True, False):
        with pytest.raises(RunError, match="try again"):
            runs.start(spec(), paused=paused)
    assert list(runs.limits.runs_folder.iterdir()) == []
    assert runs.store.alive() == []
    assert runs.latest("ada", "mlp") is None


def test_a_process_that_cannot_be_started_is_a_sentence(
    make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = make_runs(max_processes=1)
    for error in (OSError("no more processes"), RuntimeError("could not start")):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr("training.launcher.Launcher.start", fail)
            with pytest.raises(RunError, match="cannot start another process"):
                runs.start(spec(), paused=True)
    assert Running.begin(runs, paused=True).until_frames(1)  # the failures hold no place


def test_old_runs_and_uploads_are_cleaned_away(make_runs: MakeRuns) -> None:
    runs = make_runs(keep_days=2)
    run = Running.begin(runs, spec(epochs=1))
    run.until_stored()
    runs.limits.uploads_folder.mkdir()
    fresh, old = (runs.limits.uploads_folder / name for name in ("fresh.csv", "old.csv"))
    left_behind = runs.limits.runs_folder / "20200101-000000-0123456789abcdef"
    left_behind.mkdir()
    for path in (fresh, old):
        path.touch()
    for path in (old, left_behind):
        os.utime(path, (time.time() - 3 * 86400,) * 2)
    runs.clean()
    assert fresh.exists() and run.path.exists()
    assert not old.exists() and not left_behind.exists()
