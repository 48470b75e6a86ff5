"""Learning-rate schedules: how large a step may be at each moment of a run.

With base rate η₀, step t = 0, 1, … of n:

    constant   η = η₀
    step       η = η₀ / 10 from half of the run on, η₀ / 100 from three quarters on        (He et al. 2016, section 4.2)
    cosine     η = η₀ (1 + cos(π t / n)) / 2                                  (Loshchilov & Hutter 2017, eq. 5, η_min = 0)
    warm-up    η grows evenly to η₀ over the first tenth, then stays                      (Goyal et al. 2017, section 2.2)
    one-cycle  η₀ / 25 up to η₀ in three tenths, then down to almost nothing, both along a cosine  (Smith & Topin 2018)

Plain numbers in, a plain number out; `tests/models/test_schedules.py` compares each with `torch.optim.lr_scheduler`.
"""

from __future__ import annotations

import math

SCHEDULES = {
    "constant": "constant",
    "step": "step",
    "cosine": "cosine",
    "warmup": "warm-up",
    "one_cycle": "one-cycle",
}
WORDS = {
    "constant": "always the base rate. Simple, and the noise of small batches never dies down.",
    "step": "a tenth from half of the run on, a hundredth from three quarters on. The loss falls with each drop.",
    "cosine": "from the base rate to nothing along half a cosine. Nothing to set but the length of the run.",
    "warmup": "small at first, while gradients are large and adaptive rules know little, then the base rate.",
    "one_cycle": "up to a large rate, which runs over bumps, and down to almost nothing, which settles.",
}
DROPS, DROP = (0.5, 0.75), 0.1
WARM_UP = 0.1
RISE, START_SHARE, END_SHARE = 0.3, 1 / 25, 1 / 250_000


def rate(schedule: str, step: int, n_steps: int, base: float) -> float:
    """The learning rate of step `step` (0 is the first) in a run of `n_steps`; ValueError for an unknown schedule.

    Past the end a schedule keeps its last value.
    """
    n_steps = max(1, n_steps)
    step = min(max(0, step), n_steps)
    match schedule:
        case "constant":
            return base
        case "step":
            return base * DROP ** sum(step >= share * n_steps for share in DROPS)
        case "cosine":
            return base * (1 + math.cos(math.pi * step / n_steps)) / 2
        case "warmup":
            return base * min(1.0, (step + 1) / max(1.0, WARM_UP * n_steps))
        case "one_cycle":
            return base * _one_cycle(step, n_steps)
    raise ValueError(f"{schedule} is not a schedule; take one of {', '.join(SCHEDULES)}.")


def _one_cycle(step: int, n_steps: int) -> float:
    """The share of the base rate: up and down again, each along half a cosine."""
    top, end = max(0.0, RISE * n_steps - 1), float(max(1, n_steps - 1))
    step = min(step, n_steps - 1)
    if step <= top and top > 0:
        return _along(START_SHARE, 1.0, step / top)
    return _along(1.0, END_SHARE, (step - top) / (end - top))


def _along(start: float, end: float, share: float) -> float:
    """Between start (share 0) and end (share 1) along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def curves(n_steps: int = 200, base: float = 1.0) -> dict[str, dict[str, object]]:
    """Each schedule's label, words and rates (n_steps,): what the lesson draws."""
    return {
        name: {
            "label": label,
            "words": WORDS[name],
            "rates": [round(rate(name, step, n_steps, base), 6) for step in range(n_steps)],
        }
        for name, label in SCHEDULES.items()
    }
