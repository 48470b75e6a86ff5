"""What a run does, step by step, with a model made for the test. The worker runs in a thread of this process."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpy.typing import NDArray

from models.step import Facts, Step
from tests.invented import Bench, Config, Training, train
from tests.running import arrays_of, metric_rows, strict_json
from training import weights
from training import worker as worker_module
from training.environment import Environment
from training.log import read_index, records
from training.spec import SENTENCES
from training.worker import Worker

Begin = Callable[..., Bench]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module `models.invented`."""
    module = ModuleType("models.invented")
    module.Config, module.train = Config, train  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "models.invented", module)
    return module


@pytest.fixture
def begin(tmp_path: Path, model: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    monkeypatch.setattr(worker_module, "LEASE_LOOK", 0.05)
    monkeypatch.setattr(Worker._wait, "__defaults__", (0.05,))
    made: list[Bench] = []

    def make(config: dict[str, Any] | None = None, **limits: Any) -> Bench:
        made.append(Bench(tmp_path, replace(Environment(frames_per_second=50), **limits), config or {}))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


def test_a_run_begins_with_head_facts_and_first_frame_and_waits(begin: Begin) -> None:
    bench = begin({"rate": 2})
    assert bench.until_said("paused")["reason"] == "start"
    assert [record["kind"] for record in records(bench.folder.path)] == ["head", "facts", "frame", "state"]
    head = bench.of_kind("head")[0]
    assert head == {
        "kind": "head",
        "model": "invented",
        "segment": 0,
        "config": {"rate": 2.0, "n_steps": 1_000_000, "size": 4},
    }
    frame = bench.of_kind("frame")[0]
    assert (frame["step"], frame["epoch"], frame["seconds"], frame["rates"]) == (0, 0, 0, {})
    assert arrays_of(frame)["weight"].tolist() == [0, 0]


def test_facts_that_take_a_while_follow_the_frame(begin: Begin, model: ModuleType) -> None:
    def slow(config: Config) -> Training:
        training = train(config)
        step = next(training)
        while True:
            step.facts = Facts({"known": config.rate}, {"late": partial(math.prod, (10, config.rate))})
            config = (yield step) or config
            step = training.send(config)

    model.train = slow  # type: ignore[attr-defined]
    bench = begin()
    bench.until(lambda: len(bench.of_kind("facts")) == 2)
    kinds = [record["kind"] for record in records(bench.folder.path)]
    assert kinds == ["head", "facts", "frame", "state", "facts"]
    bench.command("set", values={"rate": 2})
    bench.until(lambda: len(bench.of_kind("facts")) == 4)
    told = [record["facts"] for record in bench.of_kind("facts")]
    assert told == [{"known": 1.0}, {"late": 10.0}, {"known": 2.0}, {"late": 20.0}]
    assert [record["kind"] for record in records(bench.folder.path)][5:] == ["facts", "frame", "facts"]


def test_one_step_is_one_step_and_an_epoch_ends_at_its_end(begin: Begin) -> None:
    bench = begin()
    for n in range(1, 4):
        bench.command("step")
        bench.until_said("paused", n + 1)
        assert bench.of_kind("frame")[-1]["step"] == n
    bench.command("epoch")
    bench.until_said("paused", 5)
    assert bench.of_kind("frame")[-1]["epoch"] == 1.0
    bench.command("epoch")
    bench.until_said("paused", 6)
    assert bench.of_kind("frame")[-1]["step"] == 20
    bench.channel.send({"action": "stop"})
    bench.end()
    assert sorted(bench.losses) == list(range(1, 21))


def test_the_parameters_of_a_step_are_kept_before_its_frame_is_seen(begin: Begin, model: ModuleType) -> None:
    kept_at_frame: dict[int, float] = {}

    def with_parameters(config: Config) -> Training:
        training = train(config)
        step = next(training)
        while True:
            weight = step.observe()["weight"]
            step.observe, step.parameters = partial(observed, step.step, weight), partial(dict, weight=weight)
            step = training.send((yield step))

    def observed(number: int, weight: NDArray[Any]) -> dict[str, NDArray[Any]]:
        if number:
            kept = weights.load((bench.folder.path / weights.FILE).read_bytes())
            kept_at_frame[number] = float(kept["weight"][0])
        return {"weight": weight}

    model.train = with_parameters  # type: ignore[attr-defined]
    bench = begin({"rate": 2})
    for n in (1, 2):
        bench.command("step")
        bench.until_said("paused", n + 1)
    bench.command("epoch")
    bench.until_said("paused", 4)
    assert {1, 2, 10} <= set(kept_at_frame)
    assert kept_at_frame == {number: 2.0 * number for number in kept_at_frame}


def test_as_many_steps_as_were_asked_for(begin: Begin) -> None:
    bench = begin()
    for _ in range(7):
        bench.command("step")
    bench.until_said("paused", 8)
    assert [frame["step"] for frame in bench.of_kind("frame")] == list(range(8))


def test_a_setting_sent_in_flight_applies_from_the_next_step_and_resets_nothing(begin: Begin) -> None:
    bench = begin()
    bench.command("step")
    bench.command("set", values={"rate": 5})
    bench.command("step")
    bench.until_said("paused", 3)
    assert [frame["step"] for frame in bench.of_kind("frame")] == [0, 1, 1, 2]
    assert bench.of_kind("frame")[-1]["metrics"]["loss"] == 6.0
    assert {"rate": 5.0} in [record["facts"] for record in bench.of_kind("facts")]
    assert len(bench.of_kind("head")) == 1


def test_a_setting_that_is_sent_twice_is_shown_once(begin: Begin) -> None:
    bench = begin()
    for rate in (5, 5, 5.0, 2):
        bench.command("set", values={"rate": rate})
    bench.command("step")
    bench.until_said("paused", 2)
    assert [frame["step"] for frame in bench.of_kind("frame")] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    "values", [{"rate": 99}, {"rate": None}, {"unheard_of": 1}, {"n_steps": 5}, {"size": 9}]
)
def test_illegal_and_fixed_settings_are_refused_and_change_nothing(
    begin: Begin, values: dict[str, Any]
) -> None:
    bench = begin()
    bench.until_said("paused")
    bench.command("set", values=values)
    bench.command("rewind")
    bench.until_said("paused", 2)
    assert [bool(record["sentence"]) for record in bench.of_kind("refused")] == [True]
    assert bench.of_kind("head")[1]["config"] == bench.of_kind("head")[0]["config"]


def test_an_edit_is_shown_at_once_and_an_illegal_one_refused(begin: Begin) -> None:
    bench = begin()
    bench.command("edit", name="weights/0", index=[1], value=7)
    shown = bench.until_frames(2)[1]
    assert shown["step"] == 0
    assert arrays_of(shown)["weight"].tolist() == [0, 7]
    for name, index, value in (("weights/9", [0], 1), ("weights/0", [5], 1), ("weights/0", [1], 10**400)):
        bench.command("edit", name=name, index=index, value=value)
    bench.command("step")
    bench.until_said("paused", 2)
    assert arrays_of(bench.of_kind("frame")[-1])["weight"].tolist() == [1, 7]
    bench.command("stop")
    assert bench.end()["outcome"] == "stopped"
    assert len(bench.of_kind("refused")) == 3


def test_settings_may_still_be_sent_after_the_last_step(begin: Begin) -> None:
    bench = begin({"n_steps": 1})
    bench.command("step")
    bench.until_said("paused", 2)
    bench.command("set", values={"rate": 2})
    end = bench.end()
    assert end["outcome"] == "finished"


def test_a_loss_that_is_not_a_number_is_a_note_and_strict_json(begin: Begin) -> None:
    bench = begin({"n_steps": 3})
    bench.command("play")
    end = bench.end()
    assert (end["outcome"], end["sentence"]) == ("finished", SENTENCES["finished"])
    assert end["metrics"]["loss"] is None
    assert [note["name"] for note in bench.of_kind("note")] == ["diverged"]
    assert bench.of_kind("note")[0]["remedy"] == "Take shorter ones."
    for line in (bench.folder.path / "frames.jsonl").read_bytes().splitlines():
        strict_json(line)
    assert bench.of_kind("frame")[-1]["metrics"] == {"loss": None}
    said = [m for m in bench.answers() if m.get("state") == "ended"]
    assert "loss" not in said[0]["metrics"]


def test_rewinding_begins_a_segment_with_fresh_curves(begin: Begin) -> None:
    bench = begin()
    bench.command("epoch")
    bench.until_said("paused", 2)
    bench.command("rewind")
    assert bench.until_said("paused", 3)["reason"] == "rewind"
    first, again = (next(f for f in bench.of_kind("frame") if f["segment"] == n) for n in (0, 1))
    assert again["arrays"] == first["arrays"]
    assert (again["step"], again["metrics"], again["seconds"]) == (0, {}, 0)
    assert [entry["segment"] for entry in read_index(bench.folder.path)][-1] == 1
    bench.command("step")
    bench.until_said("paused", 4)
    bench.command("stop")
    bench.end()
    assert list(metric_rows(bench.folder.path, 1)) == [1]


@pytest.mark.parametrize(
    ("error", "outcome", "words"),
    [
        (MemoryError(), "memory", "needed more memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 8 bytes"), "memory", "needed more memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "memory", "needed more memory"),
        (
            ValueError("The file has no rows: choose another."),
            "refused",
            "The file has no rows: choose another.",
        ),
        (
            RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
            "failed",
            "internal error (RuntimeError)",
        ),
        (KeyError("x"), "failed", "internal error (KeyError)"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_an_error_ends_the_run_with_a_sentence_and_keeps_its_frames(
    begin: Begin, model: ModuleType, error: Exception, outcome: str, words: str, at: int
) -> None:
    def breaking(config: Config) -> Training:
        if at:
            yield Step(0, 0.0, {"loss": 1.0})
        raise error

    model.train = breaking  # type: ignore[attr-defined]
    bench = begin()
    bench.command("play")
    end = bench.end()
    assert end["outcome"] == outcome
    assert words in end["sentence"]
    assert len(bench.of_kind("frame")) == at
    assert end["metrics"]["seconds"] >= 0


@pytest.mark.parametrize("config", [{"rate": 99}, {"unheard_of": 1}])
def test_a_config_that_is_not_legal_is_refused_with_its_sentence(
    begin: Begin, config: dict[str, Any]
) -> None:
    end = begin(config).end()
    assert end["outcome"] == "refused"
    assert next(iter(config)).split("_")[0] in end["sentence"]


def test_the_time_limit_counts_training_only(begin: Begin) -> None:
    bench = begin(max_seconds=0.02)
    bench.until_said("paused")
    bench.command("speed", epochs_per_second=1e-9)
    bench.command("play")
    bench.until_said("running")
    bench.command("speed", epochs_per_second=None)
    end = bench.end()
    assert end["outcome"] == "time"
    assert "0.02 seconds" in end["sentence"]
    assert end["metrics"]["seconds"] > 0.02


def test_a_server_that_is_gone_ends_the_run(begin: Begin) -> None:
    bench = begin()
    bench.command("play")
    bench.until_said("running")
    bench.hang_up()
    assert bench.end()["outcome"] == "server"


def test_frames_thin_out_towards_the_logs_limit(begin: Begin) -> None:
    bench = begin({"size": 20_000}, max_log_mb=1, frames_per_second=1000.0, max_seconds=2.0)
    bench.worker.next_epoch = float("inf")
    assert bench.worker._frame_interval() == pytest.approx(0.001)
    sizes = {0.4: 1, 0.6: 2, 0.8: 4, 0.9: 8, 5.0: 512}
    real = bench.worker.log.size
    for megabytes, factor in sizes.items():
        bench.worker.log.size = int(megabytes * 1e6)
        assert bench.worker._frame_interval() == pytest.approx(0.001 * factor), megabytes
    bench.worker.log.size = real
    bench.command("play")
    assert bench.end()["outcome"] == "time"
    assert 500_000 < (bench.folder.path / "frames.jsonl").stat().st_size < 4_000_000
    steps = bench.losses
    assert sorted(steps) == list(range(1, max(steps) + 1))  # pictures thin out, metrics do not
