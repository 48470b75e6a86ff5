"""A convolution and a pooling written by hand, for one picture: what `torch.nn.functional.conv2d` computes, loop by loop.

    z[o, i, j] = b[o] + Σ_c Σ_u Σ_v w[o, c, u, v] · x[c, s·i + d·u − p, s·j + d·v − p]      (0 outside the picture)

with stride s, padding p and dilation d (Dumoulin & Visin 2016, "A guide to convolution arithmetic", §2).
Shapes: x (C, H, W), w (O, C, k, k), z (O, H′, W′) with H′ = ⌊(H + 2p − d(k − 1) − 1)/s⌋ + 1.
"""

from __future__ import annotations

import base64
import importlib.util
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.cnn_shapes import convolved_length

Array = NDArray[np.float64]

#: Kernels worth knowing, 3 × 3 and 5 × 5; each reads row by row from the top.
KERNELS: dict[str, tuple[float, ...]] = {
    "upright edges": (-1, 0, 1, -2, 0, 2, -1, 0, 1),
    "level edges": (-1, -2, -1, 0, 0, 0, 1, 2, 1),
    "all edges": (0, -1, 0, -1, 4, -1, 0, -1, 0),
    "blur": (1 / 9,) * 9,
    "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0),
    "emboss": (-2, -1, 0, -1, 1, 1, 0, 1, 2),
    "nothing": (0, 0, 0, 0, 1, 0, 0, 0, 0),
    "wide blur": (1 / 25,) * 25,
    "wide upright edges": (-1, -1, 0, 1, 1) * 5,
}


def output_size(
    height: int, width: int, kernel: int, stride: int, padding: int, dilation: int
) -> tuple[int, int]:
    """(H′, W′). Raises ValueError, one sentence, when the window does not fit or padding makes no sense."""
    reach = dilation * (kernel - 1) + 1
    if padding > reach // 2:
        raise ValueError(
            f"A padding of {padding} is more than half of a window of {reach} pixels: some windows would see nothing "
            "but zeros. Take a smaller padding or a larger kernel."
        )
    rows, columns = (convolved_length(side, kernel, stride, padding, dilation) for side in (height, width))
    if rows < 1 or columns < 1:
        raise ValueError(
            f"A window of {reach}×{reach} pixels does not fit into {height + 2 * padding}×{width + 2 * padding}: take a "
            "smaller kernel, less dilation, or more padding."
        )
    return rows, columns


def convolve(
    x: Array, w: Array, bias: Array, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Array:
    """z (O, H′, W′). Raises ValueError as `output_size`."""
    n_out, n_in, kernel, _ = w.shape
    rows, columns = output_size(x.shape[1], x.shape[2], kernel, stride, padding, dilation)
    z = np.zeros((n_out, rows, columns))
    for o in range(n_out):
        for i in range(rows):
            for j in range(columns):
                z[o, i, j] = bias[o]
                for c in range(n_in):
                    for u in range(kernel):
                        for v in range(kernel):
                            row, column = (
                                stride * i + dilation * u - padding,
                                stride * j + dilation * v - padding,
                            )
                            if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                                z[o, i, j] += w[o, c, u, v] * x[c, row, column]
    return z


def pool(x: Array, kernel: int, stride: int, how: Literal["max", "average"]) -> Array:
    """The largest value, or the mean, of every k × k window of x (C, H, W)."""
    rows, columns = output_size(x.shape[1], x.shape[2], kernel, stride, 0, 1)
    out = np.zeros((len(x), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, stride * i : stride * i + kernel, stride * j : stride * j + kernel]
            out[:, i, j] = window.max(axis=(1, 2)) if how == "max" else window.mean(axis=(1, 2))
    return out


def pictures() -> dict[str, list[list[float]]]:
    """Small grey pictures (32 × 32, 0 … 1) to slide a kernel over."""
    from data.drawings import World, draw

    still = World(0.2, 0.2, 0.2, 0.0)
    found = {}
    for kind in ("car", "bicycle", "giraffe", "zebra"):
        pixels = draw(kind, np.random.default_rng(5), still).pixels.astype(float)
        found[kind] = np.round(pixels.mean(axis=2) / 255, 3).tolist()
    stripes = np.zeros((32, 32))
    stripes[:, 16:] = 1.0
    stripes[20:, :] = 0.5
    found["two edges"] = stripes.tolist()
    return found


#: Name of a photograph → its file among those that come inside scikit-learn.
PHOTOGRAPHS = {"photograph: temple": "china.jpg", "photograph: flower": "flower.jpg"}
PHOTOGRAPH_SIZE = (96, 64)  # width, height; the originals are 640 × 427


def photographs() -> dict[str, NDArray[np.uint8]]:
    """scikit-learn's two photographs in grey, (64, 96): the pictures of `sklearn.datasets.load_sample_images`.

    Read from the package's folder, for importing scikit-learn takes a second; {} where it is installed without them.
    """
    from PIL import Image

    package = importlib.util.find_spec("sklearn")
    places = (package.submodule_search_locations if package is not None else None) or []
    found = {}
    for name, file in PHOTOGRAPHS.items() if places else ():
        path = Path(places[0]) / "datasets" / "images" / file
        if path.is_file():
            with Image.open(path) as photograph:
                small = photograph.convert("L").resize(PHOTOGRAPH_SIZE, Image.Resampling.LANCZOS)
            found[name] = np.asarray(small)
    return found


def sketch_data() -> dict[str, object]:
    """What the kernel sketch needs. A photograph comes as bytes, {"dtype", "bdata", "shape"}, the others as rows of 0 … 1."""
    packed = {
        name: {
            "dtype": "u1",
            "bdata": base64.b64encode(grey.tobytes()).decode(),
            "shape": f"{grey.shape[0]}, {grey.shape[1]}",
        }
        for name, grey in photographs().items()
    }
    return {
        "pictures": {**pictures(), **packed},
        "kernels": {name: list(values) for name, values in KERNELS.items()},
    }
