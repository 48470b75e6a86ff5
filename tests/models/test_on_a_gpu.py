"""Whole runs with device="cuda": every lesson that offers it gives the CPU's numbers, on a GPU that tests can pretend."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from models import attack, cnn, mlp, transfer
from models.settings import from_mapping
from models.step import Step
from tests.models.pretend_gpu import OnGpu, pretended_gpu

#: Steps of a run that are compared, at most.
MOST = 70

Train = Callable[[Any], Iterator[Step]]

RUNS: dict[str, tuple[Any, Train, dict[str, Any]]] = {
    "table": (
        mlp.Config,
        mlp.train,
        {"dataset": "wine", "epochs": 3, "dropout": 0.2, "batch_norm": True},
    ),
    "plane": (mlp.Config, mlp.train, {"dataset": "spiral", "epochs": 3, "optimizer": "adam"}),
    "digits": (
        cnn.Config,
        cnn.train,
        {"dataset": "digits", "epochs": 1, "dropout": 0.2, "augmentation": ("shift", "rotate", "noise")},
    ),
    "colours": (
        cnn.Config,
        cnn.train,
        {"dataset": "drawings", "epochs": 1, "test_fraction": 0.9, "channels": (4,), "dense": ()},
    ),
    "attack": (
        attack.Config,
        attack.train,
        {"dataset": "digits", "epochs": 1, "batch_size": 64, "steps": 2, "adversarial": True},
    ),
    "transfer": (
        transfer.Config,
        transfer.train,
        {"dataset": "digits", "channels": (4, 8), "epochs": 1, "seeds": 1, "steps": 12, "curve": False},
    ),
}


def seen(train: Train, config: Any) -> list[Any]:
    """What a run tells and shows: metrics of every step, pictures and facts of every tenth, its parameters at the end."""
    told: list[Any] = []
    step = None
    for n, step in enumerate(itertools.islice(train(config), MOST)):
        told.append(dict(step.metrics))
        if step.facts:
            told.append(dict(step.facts))
        if n % 10 == 0:
            told.append(kept(step.observe()))
    assert step is not None
    told.append(kept(step.observe()))
    if step.parameters is not None:
        told.append(kept(step.parameters()))
    return told


def kept(arrays: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    """Copies: what is observed may change with the next step."""
    return {name: array.copy() for name, array in arrays.items()}


def same(one: Any, other: Any, where: str = "") -> None:
    if isinstance(one, Mapping):
        assert list(one) == list(other), where
        for name in set(one) - {"device", "seconds"}:
            same(one[name], other[name], f"{where}/{name}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            same(a, b, f"{where}[{place}]")
    elif isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray), where
        np.testing.assert_array_equal(one, other, err_msg=where)
    else:
        assert one == other or one != one, where


@pytest.mark.parametrize("name", RUNS)
def test_a_run_on_the_gpu_gives_the_cpus_numbers(name: str) -> None:
    torch.set_num_threads(1)
    kind, train, settings = RUNS[name]
    expected = seen(train, from_mapping(kind, {**settings, "device": "cpu"}))
    with pretended_gpu():
        told = seen(train, from_mapping(kind, {**settings, "device": "cuda"}))
    same(expected, told)


def test_auto_takes_the_gpu_where_there_is_one() -> None:
    with pretended_gpu():
        first = next(iter(cnn.train(cnn.Config(dataset="digits"))))
        assert first.facts is not None and first.facts["device"] == "cuda"
        first = next(iter(mlp.train(mlp.Config(dataset="spiral"))))
        assert first.facts is not None and first.facts["device"] == "cpu"  # too little work to be worth it


def test_the_pretended_gpu_refuses_what_a_real_one_does() -> None:
    with pretended_gpu():
        there, here = torch.ones(3, device="cuda"), torch.ones(3)
        with pytest.raises(RuntimeError, match="same device"):
            there + here
        with pytest.raises(RuntimeError, match="same device"):
            here[there.long()]
        with pytest.raises((RuntimeError, TypeError), match="numpy"):
            there.numpy()
        assert there[here.long()[:1]].tolist() == [1]
        assert isinstance(there + 1, OnGpu) and (there + 1).device.type == "cuda"
        assert type(there.cpu()) is torch.Tensor and there.cpu().tolist() == [1, 1, 1]


ASKED = """
import torch

def asked(*_):
    raise SystemExit("the warm process asked for the GPU")

torch._C._cuda_getDeviceCount = torch._C._cuda_init = asked
import models.preload, training.process

for _ in models.preload.later():
    pass
"""


@pytest.mark.skipif(not torch.backends.cuda.is_built(), reason="this torch knows no CUDA")
def test_the_warm_process_leaves_the_gpu_alone() -> None:
    """CUDA does not survive a fork: once the parent has as much as counted GPUs, no run forked from it can have one."""
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
