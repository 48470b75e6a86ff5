"""The frame stream over a real socket: nothing lost, nothing twice, the same for all."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server import stream
from server.learner import COOKIE
from server.stream import Closing
from tests.running import Running, arrays_of, spec, wait_until
from tests.server.recording import FINISHED, Recording, as_sent, framed, lines_of
from tests.server.viewer import Viewer, ended
from training.runs import Runs
from training.spec import RunFolder, Spec

Watch = Callable[..., Viewer]


@pytest.mark.parametrize("how", ["header", "query"])
def test_a_dropped_connection_is_resumed_without_loss_or_repetition(
    recording: Recording, watch: Watch, how: str
) -> None:
    folder, log = recording
    for step in range(10):
        log.frame(framed(step))
    everything = lines_of(folder)
    for position, (end, _) in enumerate(everything[:-1]):
        resume: dict[str, Any] = {"last_id": end} if how == "header" else {"query": f"?after={end}"}
        rest = everything[position + 1 :]
        with watch(recording, **resume) as viewer:
            assert as_sent(viewer.first(len(rest))) == rest
    with watch(recording, last_id=everything[-1][0]) as viewer:
        log.record(FINISHED)
        assert as_sent(viewer.first(1)) == lines_of(folder)[-1:]


@pytest.mark.parametrize("last_id", ["", "x", "-5", "1.5", "\xb2", "9" * 30])
def test_a_last_event_id_that_is_none_begins_anew(recording: Recording, watch: Watch, last_id: str) -> None:
    recording[1].frame(framed(0))
    with watch(recording, last_id=last_id) as viewer:
        assert viewer.first(1)[0].record["kind"] == "history"


def test_a_viewer_who_comes_late_to_a_long_log_gets_all_of_it(recording: Recording, watch: Watch) -> None:
    folder, log = recording
    for step in range(60):
        log.frame(framed(step, size=60_000))
    log.record(FINISHED)
    assert log.size > 4 << 20
    with watch(recording, last_id=0) as viewer:
        assert as_sent(viewer.until(ended)) == lines_of(folder)


def test_twenty_viewers_receive_the_same_bytes(recording: Recording, watch: Watch) -> None:
    folder, log = recording
    heard: dict[int, str] = {}

    def follow(who: int) -> None:
        with watch(recording, last_id=0) as viewer:
            viewer.until(ended)
            heard[who] = viewer.text.replace(":\n\n", "")

    threads = [threading.Thread(target=follow, args=(who,)) for who in range(20)]
    for step in range(100):
        if step % 4 == 0 and threads[step // 4 :]:
            threads[step // 4].start()
        log.frame(framed(step, size=3000))
        time.sleep(0.003)
    log.record(FINISHED)
    for thread in threads:
        thread.join(10)
    expected = "".join(f"id: {end}\ndata: {line}\n\n" for end, line in lines_of(folder))
    assert len(heard) == 20
    assert set(heard.values()) == {expected}


def test_viewers_who_come_while_it_runs_miss_nothing(recording: Recording, watch: Watch) -> None:
    """Story, newest frame and what follows fit together wherever in a busy log a viewer comes in."""
    _, log = recording
    enough = threading.Event()

    def write() -> None:
        for step in itertools.count():
            log.frame(framed(step, size=2000))
            if enough.wait(0.002):
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(30):
            with watch(recording) as viewer:
                story, *frames = (event.record for event in viewer.first(6))
            steps = [record["step"] for record in frames]
            assert steps == list(range(steps[0], steps[0] + 5))
            assert [steps[0]] == story["index"]["step"][-1:] or steps[0] == len(story["index"]["step"])
    finally:
        enough.set()
        writer.join()


def test_a_run_is_followed_from_its_first_frame_to_its_end(port: int, own_runs: Runs) -> None:
    run = Running.begin(own_runs, spec(epochs=25))
    with Viewer(port, run.handle.view, last_id=0) as viewer:
        events = viewer.until(ended)
    assert as_sent(events) == lines_of(RunFolder(run.handle.id, run.path))
    frames = [event.record for event in events if event.record["kind"] == "frame"]
    assert frames[-1]["epoch"] == 25
    assert arrays_of(frames[-1])["map"].shape == (60, 60)
    with Viewer(port, run.handle.view) as viewer:
        story, newest = (event.record for event in viewer.first(2))
    assert (story["state"]["outcome"], newest["step"]) == ("finished", 25 * 35)
    assert set(story["facts"]) >= {"layers", "baselines", "points/train"}


@pytest.mark.parametrize("token", ["x", "x.y", "20200101-000000-0123456789abcdef"])
def test_an_unknown_token_is_told_to_stop(port: int, token: str) -> None:
    with Viewer(port, token) as viewer:
        assert viewer.answer.status == 200  # EventSource would retry for ever after an error
        (event,) = viewer.events()
    assert event.name == "gone"
    assert event.record["sentence"].endswith(".")


def test_the_token_of_another_purpose_or_of_a_deleted_run_is_told_to_stop(
    port: int, own_runs: Runs, recording: Recording
) -> None:
    make = own_runs.tokens.make
    for token in (make("control", recording[0].id), make("view", "20200101-000000-0123456789abcdef")):
        with Viewer(port, token) as viewer:
            assert [event.name for event in viewer.events()] == ["gone"]


def test_watching_renews_the_lease_and_the_last_viewer_ends_the_following(
    recording: Recording, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, log = recording
    monkeypatch.setattr(stream, "WATCH_SECONDS", 0.1)
    assert not (folder.path / "watched").exists()
    with watch(recording) as first, watch(recording) as second:
        first.first(1)
        second.first(1)
        assert folder.seconds_unwatched() < 5
        before = (folder.path / "watched").stat().st_mtime_ns
        wait_until(lambda: (folder.path / "watched").stat().st_mtime_ns > before, 2)
        assert stream._tails[folder.id].viewers == 2
    wait_until(lambda: folder.id not in stream._tails, 5)
    log.frame(framed(0))
    with watch(recording) as again:
        assert again.first(2)[1].record["step"] == 0


def test_a_quiet_stream_says_now_and_then_that_it_lives(
    recording: Recording, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    _, log = recording
    with watch(recording) as viewer:
        viewer.first(1)
        time.sleep(0.3)
        log.record(FINISHED)
        viewer.until(ended)
        assert 2 <= viewer.text.count(":\n\n") <= 10


def test_streams_end_when_the_server_is_told_to_stop(recording: Recording, watch: Watch) -> None:
    with watch(recording) as viewer:
        viewer.first(1)
        try:
            Closing.now = True
            assert list(viewer.events()) == []
        finally:
            Closing.now = False


def test_a_deleted_run_harms_no_other_stream(
    recording: Recording, watch: Watch, own_runs: Runs, port: int
) -> None:
    doomed = RunFolder.create(own_runs.limits.runs_folder, spec())
    with Viewer(port, own_runs.tokens.make("view", doomed.id)) as lost, watch(recording) as viewer:
        lost.first(1)
        viewer.first(1)
        shutil.rmtree(doomed.path)
        recording[1].frame(framed(0))
        assert viewer.first(1)[0].record["step"] == 0


def test_a_viewer_who_comes_while_a_line_is_being_written_gets_it_whole(
    recording: Recording, watch: Watch
) -> None:
    folder, log = recording
    log.frame(framed(0))
    whole = log.size
    log.frame(framed(1))
    path = folder.path / "frames.jsonl"
    data = path.read_bytes()
    path.write_bytes(data[: whole + 20])
    with watch(recording) as viewer:
        story, newest = viewer.first(2)
        assert (story.id, newest.record["step"]) == (whole, 0)
        with path.open("ab") as file:
            file.write(data[whole + 20 :])
        assert as_sent(viewer.first(1)) == lines_of(folder)[-1:]


@contextmanager
def watching(own_runs: Runs, port: int, page: Spec, who: str = "ada") -> Iterator[Viewer]:
    """A viewer with somebody's cookie, or none, on a run that has just begun."""
    cookie = f"{COOKIE}={own_runs.tokens.make('learner', who)}" if who else ""
    run = Running.begin(own_runs, page)
    run.until_frames(1)
    with Viewer(port, run.handle.view, cookie=cookie) as viewer:
        viewer.first(2)
        yield viewer


@pytest.mark.parametrize("who", ["ada", "bob", ""])
def test_the_learner_alone_is_told_which_run_comes_next(own_runs: Runs, port: int, who: str) -> None:
    page = spec(learner="ada", page=f"next {who}")
    with watching(own_runs, port, page, who) as viewer:
        later = Running.begin(own_runs, page, paused=True)
        seen = []
        if who == "ada":
            *seen, told = viewer.until(lambda event: event.name == "next")
            assert told.record == {"first": [], "view": later.handle.view, "control": later.handle.control}
            assert told.id is None
        if not any(map(ended, seen)):  # the end may come first
            seen += viewer.until(ended)
    assert {event.name for event in seen} == {""}, "told once at most, and to nobody else"
    later.command("stop")
    later.until_ended()


def test_the_learner_is_told_of_the_newest_run_and_what_its_page_wants_told(
    own_runs: Runs, port: int
) -> None:
    page = spec(learner="ada", page="told")
    with watching(own_runs, port, page) as viewer:
        for moment in (1, 2):
            later = Running(own_runs, own_runs.start(page, paused=True, told={"moment": moment}))
            told = viewer.until(lambda event: event.name == "next")[-1].record
            tokens = {"view": later.handle.view, "control": later.handle.control}
            assert told == {"first": [], "moment": moment, **tokens}
    later.command("stop")
    later.until_ended()


def test_the_first_records_of_a_run_that_this_page_began_come_with_the_word_of_it(
    own_runs: Runs, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "FIRST_SECONDS", 10.0)
    page = spec(learner="ada", page="first", epochs=10)
    with watching(own_runs, port, page) as viewer:
        later = Running(own_runs, own_runs.start(page, paused=True, told={"session": "a page"}))
        told = viewer.until(lambda event: event.name == "next")[-1].record
    log = [(end, json.loads(line)) for end, line in lines_of(own_runs.folder_of(later.handle.id))]
    first = [(one["end"], one["record"]) for one in told["first"]]
    assert first == log[: len(first)]
    assert "frame" in [record["kind"] for _, record in first]
    later.command("play")
    with Viewer(port, later.handle.view, query=f"?after={first[-1][0]}") as viewer:
        followed = viewer.until(ended)
    assert as_sent(followed) == lines_of(own_runs.folder_of(later.handle.id))[len(first) :], (
        "nothing is missed, nothing comes twice"
    )


def test_a_slow_first_frame_does_not_hold_the_word_back(recording: Recording) -> None:
    folder, log = recording
    log.record({"kind": "head", "segment": 0})
    assert json.loads(asyncio.run(stream._first_records(folder))) == [
        {"end": end, "record": json.loads(line)} for end, line in lines_of(folder)
    ]
