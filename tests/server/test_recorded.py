"""What was recorded, over HTTP: single frames and the table of metrics."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.running import arrays_of, metric_rows, wait_until
from tests.server.page import begin, idle_run, refusal
from training import weights
from training.runs import Runs


def test_every_frame_can_be_had_by_its_offset(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs, epochs=3, paused=False)
    run.until_ended()
    offset = 0
    for line in (run.path / "frames.jsonl").read_bytes().splitlines(keepends=True):
        answer = client.get(f"/live/{run.handle.view}/frame/{offset}")
        if line.startswith(b'{"kind":"frame"'):
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/json"
            assert "private" in answer.headers["cache-control"]
            assert answer.content + b"\n" == line
        else:
            assert answer.status_code == 404
            refusal(answer)
        offset += len(line)


@pytest.mark.parametrize(
    "offset", ["1", "5", "999999999", str(2**62), str(2**63), "9" * 40, "-1", "x", "1.5", ""]
)
def test_an_offset_without_a_frame_is_not_found(client: TestClient, own_runs: Runs, offset: str) -> None:
    view = own_runs.tokens.make("view", idle_run(client, own_runs))
    assert client.get(f"/live/{view}/frame/{offset}").status_code == 404


def test_the_metrics_table_has_a_row_for_each_step(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs, epochs=3)
    run.until_state("paused")
    run.command("epoch")
    run.until_state("paused", 2)
    run.command("rewind")
    run.until_state("paused", 3)
    run.command("play")
    run.until_ended()
    answer = client.get(f"/live/{run.handle.view}/metrics.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(row["segment"], row["step"]) for row in rows] == [
        *(("0", str(n)) for n in range(1, 36)),
        *(("1", str(n)) for n in range(1, 3 * 35 + 1)),
    ]
    known = metric_rows(run.path, 1)
    for row in rows[35:]:
        for name in ("loss/batch", "loss/test", "accuracy/test"):
            value = known[int(row["step"])].get(name)
            assert row[name] == ("" if value is None else f"{value:.7g}")
    assert sum(row["loss/test"] != "" for row in rows) == 4  # at the end of each pass


def test_a_run_without_a_step_has_an_empty_table(client: TestClient, own_runs: Runs) -> None:
    view = own_runs.tokens.make("view", idle_run(client, own_runs))
    assert client.get(f"/live/{view}/metrics.csv").text == "segment,step,epoch\r\n"


def test_a_run_that_was_deleted_is_not_found(client: TestClient, own_runs: Runs) -> None:
    first = begin(client, own_runs, learner="dan")
    begin(client, own_runs, learner="dan")
    wait_until(lambda: not first.path.exists())
    answer = client.get(f"/live/{first.handle.view}/frame/0")
    assert answer.status_code == 404
    assert "no longer kept" in refusal(answer)


def test_a_control_token_does_not_open_the_recording(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs)
    run.until_frames(1)
    for rest in ("frame/0", "metrics.csv"):
        assert client.get(f"/live/{run.handle.control}/{rest}").status_code == 404
        assert client.get(f"/live/{run.handle.view}/../{run.handle.id}/{rest}").status_code == 404


def test_the_weights_are_there_after_the_first_pause(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs, epochs=3)
    run.until_state("paused")
    address = f"/live/{run.handle.view}/weights.safetensors"
    assert "has not been paused yet" in refusal(client.get(address))
    run.command("epoch")
    run.until_state("paused", 2)
    answer = client.get(address)
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    arrays = weights.load(answer.content)
    np.testing.assert_array_equal(arrays["weights/0"], arrays_of(run.frames[-1])["weights/0"])
    assert client.get("/live/nonsense/weights.safetensors").status_code == 404
