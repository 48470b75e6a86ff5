"""A GPU for tests on machines without one: tensors that say they are on "cuda" and are computed on the CPU.

What a real GPU refuses, this one refuses: an operation on tensors of both kinds, NumPy looking into one of its own.
So a training loop that runs through on it moves everything where it belongs, and must give the CPU's own numbers.
What it cannot show is what only the hardware has: its speed, its memory, its rounding.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import torch
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map

GPU = torch.device("cuda", 0)
#: What may have tensors of both kinds; and what takes a tensor, indices, and more.
MOVING = (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)
INDEXING = (
    torch.ops.aten.index,
    torch.ops.aten.index_put,
    torch.ops.aten.index_put_,
    torch.ops.aten._index_put_impl_,
)


class OnGpu(torch.Tensor):
    """A tensor said to be on the GPU; `inside` has its numbers, on the CPU."""

    inside: torch.Tensor

    @staticmethod
    def __new__(cls, inside: torch.Tensor) -> OnGpu:
        made: OnGpu = torch.Tensor._make_wrapper_subclass(
            cls,
            inside.shape,
            strides=inside.stride(),
            storage_offset=inside.storage_offset(),
            dtype=inside.dtype,
            device=torch.device("meta"),  # to autograd, which would ask a GPU's driver otherwise
        )
        made.inside = inside
        return made

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return GPU

    @property
    def is_cuda(self) -> bool:  # type: ignore[override]
        return True

    def tolist(self) -> Any:
        return self.inside.tolist()

    def __repr__(self) -> str:  # type: ignore[override]
        return f"OnGpu({self.inside!r})"

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return ["inside"], None

    @staticmethod
    def __tensor_unflatten__(tensors: dict[str, torch.Tensor], meta: None, size: Any, stride: Any) -> OnGpu:
        return OnGpu(tensors["inside"])

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(function, args, kwargs or {})


class PretendGpu(TorchDispatchMode):
    """While it is entered, `device="cuda"` makes and moves tensors to the pretended GPU."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(function, args, kwargs or {})


def _run(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    wanted = kwargs.get("device")
    ours, foreign = _places(function, args, kwargs)
    if ours and foreign and function not in MOVING:
        raise RuntimeError(f"{function}: expected all tensors to be on the same device, found cuda:0 and cpu")
    plain_args, plain_kwargs = tree_map(_inside, (args, kwargs))
    if wanted is not None:
        plain_kwargs["device"] = torch.device("cpu")
    made = function(*plain_args, **plain_kwargs)
    there = torch.device(wanted).type in ("cuda", "meta") if wanted is not None else ours
    if function is torch.ops.aten.copy_.default:
        return args[0]
    if not there:
        return made
    made = tree_map(lambda leaf: OnGpu(leaf) if isinstance(leaf, torch.Tensor) else leaf, made)
    return return_and_correct_aliasing(function, args, kwargs, made) if ours else made


def _places(function: Any, args: Any, kwargs: dict[str, Any]) -> tuple[bool, bool]:
    """Whether a tensor of it is on the GPU, and whether one is not. A CPU tensor without dimensions is a number to a real
    GPU as well, and the indices into a tensor on the GPU may lie on either."""
    if function.overloadpacket in INDEXING and isinstance(args[0], OnGpu):
        args = (args[0], *args[2:])
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    ours = [isinstance(tensor, OnGpu) for tensor in tensors]
    return any(ours), any(not own and tensor.dim() for own, tensor in zip(ours, tensors, strict=True))


def _inside(leaf: Any) -> Any:
    return leaf.inside if isinstance(leaf, OnGpu) else leaf


@contextlib.contextmanager
def pretended_gpu() -> Iterator[None]:
    """Inside it this machine says that it has a CUDA device."""
    torch._C._ensureCUDADeviceGuardSet()  # no driver is asked which of its GPUs is meant
    there = mock.patch("torch.cuda.is_available", return_value=True)
    with there, mock.patch("torch.cuda._lazy_init"), PretendGpu():  # type: ignore[no-untyped-call]
        yield
