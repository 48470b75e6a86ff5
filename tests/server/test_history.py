"""What a newcomer to a stream is told: the story of the current segment, and its newest frame."""

from __future__ import annotations

import json
from collections.abc import Callable

from server.stream import columns, history, thinned
from tests.running import spec
from tests.server.recording import FINISHED, Recording, as_sent, framed, lines_of
from tests.server.viewer import Viewer
from training.log import LogWriter
from training.runs import Runs
from training.spec import RunFolder

Watch = Callable[..., Viewer]


def test_a_viewer_gets_the_story_so_far_the_newest_frame_and_what_follows(
    recording: Recording, watch: Watch
) -> None:
    folder, log = recording
    log.record({"kind": "facts", "facts": {"layers": [2, 1], "baselines": {}}})
    log.frame(framed(0))
    log.record({"kind": "facts", "facts": {"baselines": {"mean": 1}}})
    log.frame(framed(1, train=0.5))
    log.record({"kind": "note", "name": "diverged", "title": "t", "cause": "c", "remedy": "r"})
    log.frame(framed(2, train=0.25, test=float("nan")))
    log.record({"kind": "state", "state": "running", "reason": "learner"})
    here = log.size
    with watch(recording) as viewer:
        assert viewer.answer.getheader("content-type", "").startswith("text/event-stream")
        assert viewer.answer.getheader("cache-control") == "no-store"
        assert viewer.answer.getheader("x-accel-buffering") == "no"
        story, newest = viewer.first(2)
        told = story.record
        assert (story.id, newest.id) == (here, here)
        assert told["kind"] == "history"
        assert told["head"]["config"] == {"seed": 1}
        assert told["facts"] == {"layers": [2, 1], "baselines": {"mean": 1}}
        assert [note["name"] for note in told["notes"]] == ["diverged"]
        assert told["state"]["state"] == "running"
        index = told["index"]
        assert index["step"] == [0, 1, 2]
        assert index["epoch"] == [0, 0.1, 0.2]
        assert index["metrics"] == {"loss/train": [None, 0.5, 0.25], "loss/test": [None, None, None]}
        offsets = [end - len(line) - 1 for end, line in lines_of(folder) if '"kind":"frame"' in line[:20]]
        assert index["offset"] == offsets
        assert newest.record["step"] == 2

        log.frame(framed(3))
        log.record({"kind": "state", "state": "paused", "reason": "learner"})
        assert as_sent(viewer.first(2)) == lines_of(folder)[-2:]


def test_a_note_takes_the_place_of_one_that_says_the_same_and_can_be_taken_back(recording: Recording) -> None:
    folder, log = recording
    for name, title, cause in (
        ("diverged", "MSE", "first"),
        ("diverged", "MAE", "second"),
        ("no_way", "No way", "third"),
        ("diverged", "MSE", "fourth"),
        ("no_way", "No way", ""),
    ):
        log.record({"kind": "note", "name": name, "title": title, "cause": cause, "remedy": cause})
    told = json.loads(history(folder, log.size)[0])
    assert [(note["title"], note["cause"]) for note in told["notes"]] == [
        ("MAE", "second"),
        ("MSE", "fourth"),
    ]


def test_a_viewer_of_a_new_run_need_not_come_after_its_first_frame(
    recording: Recording, watch: Watch
) -> None:
    folder, log = recording
    with watch(recording) as viewer:
        (story,) = viewer.first(1)
        assert story.record["index"] == {"offset": [], "step": [], "epoch": [], "seconds": [], "metrics": {}}
        assert story.record["state"] is None
        log.frame(framed(0))
        assert as_sent(viewer.first(1)) == lines_of(folder)[-1:]


def test_only_the_segment_after_the_last_rewind_is_told(recording: Recording, watch: Watch) -> None:
    _, log = recording
    log.record({"kind": "facts", "facts": {"old": True}})
    log.record({"kind": "note", "name": "diverged", "title": "t", "cause": "c", "remedy": "r"})
    log.frame(framed(7, train=0.5))
    log.record({"kind": "head", "model": "mlp", "config": {"seed": 2}, "segment": 1})
    log.record({"kind": "facts", "facts": {"new": True}})
    log.frame(framed(0, segment=1))
    with watch(recording) as viewer:
        story, newest = (event.record for event in viewer.first(2))
    assert (story["head"]["segment"], story["facts"], story["notes"]) == (1, {"new": True}, [])
    assert story["index"]["step"] == [0]
    assert (newest["segment"], newest["step"]) == (1, 0)


def test_a_long_index_is_thinned_evenly() -> None:
    index = [{"step": n} for n in range(10_001)]
    few = [entry["step"] for entry in thinned(index, 101)]
    assert few == list(range(0, 10_001, 100))
    assert thinned(index[:5], 5) == index[:5]
    assert len(thinned(index)) == 2000
    assert thinned([]) == []


def test_columns_have_a_place_for_every_frame() -> None:
    index = [
        {"offset": 5, "step": 0, "epoch": 0.0, "seconds": 0.0, "metrics": {"b": 1.0}},
        {"offset": 9, "step": 3, "epoch": 0.3, "seconds": 0.1, "metrics": {"a": 2.0, "b": None}},
    ]
    assert columns(index) == {
        "offset": [5, 9],
        "step": [0, 3],
        "epoch": [0.0, 0.3],
        "seconds": [0.0, 0.1],
        "metrics": {"b": [1.0, None], "a": [None, 2.0]},
    }


def test_a_history_ends_where_the_log_ended_when_the_viewer_came(recording: Recording) -> None:
    folder, log = recording
    log.frame(framed(0))
    log.record({"kind": "state", "state": "paused", "reason": "start"})
    end = log.size
    log.record({"kind": "facts", "facts": {"later": True}})
    log.frame(framed(1))
    log.record(FINISHED)
    story, newest = map(json.loads, history(folder, end))
    assert (story["facts"], story["state"]["state"], story["index"]["step"]) == ({}, "paused", [0])
    assert newest["step"] == 0


def test_a_step_that_was_shown_again_has_one_place_in_the_curves(recording: Recording) -> None:
    """A pause or an edited weight shows the same step once more: its newest numbers count."""
    folder, log = recording
    log.frame(framed(0))
    log.frame(framed(1, train=0.5))
    again = log.size
    log.frame(framed(1, train=0.75))
    story, newest = map(json.loads, history(folder, log.size))
    assert story["index"]["step"] == [0, 1]
    assert story["index"]["metrics"]["loss/train"] == [None, 0.75]
    assert story["index"]["offset"][-1] == again
    assert newest["metrics"] == {"loss/train": 0.75}


def test_a_frame_that_the_index_does_not_know_yet_is_told(recording: Recording) -> None:
    """The worker writes the frame, then the index line; a viewer may come between the two."""
    folder, log = recording
    for step in range(2):
        log.record({"kind": "frame", **framed(step)})
        assert [json.loads(line).get("step") for line in history(folder, log.size)] == [None, step]
    log.frame(framed(2))
    log.record({"kind": "head", "model": "mlp", "config": {}, "segment": 1})
    assert len(history(folder, log.size)) == 1  # the new segment has no frame yet
    log.record({"kind": "frame", **framed(0, segment=1)})
    assert json.loads(history(folder, log.size)[1])["segment"] == 1


def test_a_torn_line_of_a_killed_worker_does_not_break_the_story(own_runs: Runs, watch: Watch) -> None:
    folder = RunFolder.create(own_runs.limits.runs_folder, spec())
    log = LogWriter(folder.path)
    log.record({"kind": "head", "model": "mlp", "config": {}, "segment": 0})
    log.frame(framed(0))
    log.close()
    with (folder.path / "frames.jsonl").open("ab") as file:
        file.write(b'{"kind":"frame","segment":0,"st')
    log = LogWriter(folder.path)
    log.record(FINISHED)
    log.close()
    with watch((folder, log)) as viewer:
        story, newest = (event.record for event in viewer.first(2))
    assert story["state"]["outcome"] == "finished"
    assert newest["step"] == 0
