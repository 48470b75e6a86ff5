"""Runs that are kept: renamed, deleted, taken along and brought back, each by the learner whose they are."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bundle_files import extra, opened, small_run
from tests.running import Running, arrays_of, spec, wait_until
from training import bundle, process, weights
from training.environment import Environment
from training.executor import RunError
from training.runs import Runs, clean_title
from training.spec import Spec
from training.store import Store

MakeRuns = Callable[..., Runs]


@pytest.fixture
def runs(make_runs: MakeRuns) -> Runs:
    return make_runs()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'runs.sqlite'}")


def ended(runs: Runs, **config: Any) -> Running:
    """A run of ada's that is over, also in the database."""
    run = Running.begin(runs, spec(epochs=3, **config))
    run.until_ended()
    run.until_stored()
    return run


def test_only_the_owner_renames_and_deletes(store: Store) -> None:
    store.add("r1", Spec("ada", "mlp", "mlp", {}))
    assert not store.rename("r1", "eve", "mine") and not store.delete("r1", "eve")
    assert not store.rename("r2", "ada", "x") and not store.delete("r2", "ada")
    assert store.rename("r1", "ada", "Größe '; DROP TABLE runs")
    row = store.get("r1")
    assert row is not None and row.title == "Größe '; DROP TABLE runs" and not row.imported
    assert store.delete("r1", "ada") and store.get("r1") is None
    store.close()


def test_pages_and_counts(store: Store) -> None:
    for number in range(5):
        store.add(f"r{number}", Spec("ada", "mlp" if number else "cnn", "mlp", {}))
    store.add("other", Spec("bob", "mlp", "mlp", {}))
    assert [row.id for row in store.of_learner("ada", limit=2, offset=2)] == ["r2", "r1"]
    assert [row.id for row in store.of_learner("ada", "mlp", limit=9, offset=3)] == ["r1"]
    assert store.count("ada") == {"mlp": 4, "cnn": 1} and store.count("eve") == {}
    store.close()


def test_titles_are_one_visible_line() -> None:
    assert clean_title("  a\n\tb\x00c  ") == "a b c"
    assert clean_title("\u202eabc") == "abc"
    assert len(clean_title("x" * 500)) == 80


def test_a_run_is_deleted_with_its_folder_once_it_has_ended(runs: Runs) -> None:
    run = Running.begin(runs)
    run.until_frames(2)
    with pytest.raises(RunError, match="still active: stop it before you delete it"):
        runs.delete(run.handle.id, "ada")
    with pytest.raises(RunError, match="still active"):
        runs.export_bundle(run.handle.id, "ada", {})
    run.command("stop")
    run.until_stored()
    for learner, run_id in (
        ("eve", run.handle.id),
        ("ada", "20260101-000000-0123456789abcdef"),
        ("ada", "../x"),
    ):
        with pytest.raises(RunError, match="not yours, or no longer kept"):
            runs.delete(run_id, learner)
        with pytest.raises(RunError, match="not yours, or no longer kept"):
            runs.rename(run_id, learner, "title")
    assert run.path.exists()
    runs.delete(run.handle.id, "ada")
    assert not run.path.exists() and runs.store.get(run.handle.id) is None


def test_the_file_of_weights_holds_the_last_parameters(runs: Runs) -> None:
    from models import mlp
    from models.mlp_settings import Config

    run = ended(runs, batch_norm=True, hidden=[20, 3])
    kept = weights.load((run.path / weights.FILE).read_bytes())
    for step in mlp.train(Config(epochs=3, batch_norm=True, hidden=(20, 3))):
        last = step
    assert last.parameters is not None
    expected = last.parameters()
    assert set(kept) == set(expected) and {"weights/2", "biases/0", "gammas/1", "variances/1"} <= set(kept)
    assert kept["weights/0"].shape == (2, 20), "all units, not only those drawn"
    for name, array in expected.items():
        assert np.array_equal(kept[name], array), name
    assert not list(run.path.glob("*.draft"))


def test_weights_are_kept_at_a_pause_and_when_one_is_typed(runs: Runs) -> None:
    run = Running.begin(runs, paused=True)
    run.until_state("paused")
    assert not (run.path / weights.FILE).exists(), "a preview that nobody plays leaves nothing"
    run.command("epoch")
    run.until_state("paused", 2)
    kept = weights.load((run.path / weights.FILE).read_bytes())
    assert np.array_equal(kept["weights/0"], arrays_of(run.frames[-1])["weights/0"])
    run.command("edit", name="weights/0", index=[1, 2], value=0.75)
    wait_until(lambda: weights.load((run.path / weights.FILE).read_bytes())["weights/0"][1, 2] == 0.75)


def test_a_run_goes_out_and_comes_back(runs: Runs) -> None:
    run = ended(runs)
    runs.rename(run.handle.id, "ada", "My run")
    path = runs.export_bundle(run.handle.id, "ada", {})
    new = runs.import_bundle("bob", path)
    row, old = runs.store.get(new), runs.store.get(run.handle.id)
    assert row is not None and old is not None
    assert row.imported and row.learner == "bob" and row.title == "My run"
    assert (row.config, row.metrics, row.outcome, row.sentence) == (
        old.config,
        old.metrics,
        old.outcome,
        old.sentence,
    )
    first = opened(path.read_bytes())
    again = opened(runs.export_bundle(new, "bob", {}).read_bytes())
    assert (again.frames, again.index, again.weights) == (first.frames, first.index, first.weights)
    assert again.rows.tobytes() == first.rows.tobytes() and len(first.rows) >= 3 * 35
    handle = runs.handle(new)
    assert handle.state == "ended"
    folder = runs.folder("view", handle.view)
    assert folder is not None and folder.spec.learner == "bob"
    with pytest.raises(RunError, match="has ended"):
        runs.command(new, {"action": "play"})


def test_a_refused_bundle_leaves_nothing(runs: Runs, tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps({"version": 9}))
    runs.limits.runs_folder.mkdir(exist_ok=True)
    with pytest.raises(RunError) as caught:
        runs.import_bundle("bob", path)
    assert str(caught.value).startswith("The bundle has no ")
    assert not list(runs.limits.runs_folder.iterdir()) and runs.store.of_learner("bob") == []


def test_an_import_that_the_server_left_half_done_is_completed(runs: Runs, tmp_path: Path) -> None:
    path = tmp_path / "good.zip"
    path.write_bytes(bundle.write(small_run(tmp_path / "elsewhere"), extra()))
    new = runs.import_bundle("bob", path)
    row = runs.store.get(new)
    assert row is not None
    runs.store.add(
        new, Spec("bob", "mlp", "mlp", row.config), server="imported"
    )  # as before its end was told
    assert [lost.id for lost in runs.recover()] in ([], [new])
    found = runs.store.get(new)
    assert found is not None and found.outcome == "finished"


@pytest.mark.parametrize(
    "function",
    [
        "os:system",
        "training.runs:runs",
        "training.bundlex:pack",
        "training.bundle_zip:packed",
        "models:x",
        "shutil:x",
    ],
)
def test_only_some_functions_may_be_called(function: str) -> None:
    job = {"function": function, "arguments": {}}
    assert process._call(job, Environment()) == {"error": f"{function} may not be called in a worker."}


def test_functions_of_models_and_bundles_may_be_called(runs: Runs) -> None:
    understood = runs.executor.call("models.stored:understood", {"model": "mlp", "config": {"epochs": "7"}})
    assert understood == {"epochs": 7}
    with pytest.raises(RunError, match="not a zip archive"):
        arguments = {"file": "/dev/null", "folder": "x", "learner": "ada", "uploads": "y"}
        runs.executor.call("training.bundle:unpack", arguments)
