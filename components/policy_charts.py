"""Charts that the lessons on policy gradients share."""

from __future__ import annotations

from components.panels import Panel, chart, line


def policy_loss() -> Panel:
    """The loss of the policy and what its entropy bonus takes off."""
    terms = [line("loss/policy", "policy", colour=0), line("loss/entropy", "entropy bonus", colour=2)]
    return chart("Loss of the policy, by its terms", lines=terms, y_title="loss")


def value_loss(unit: str) -> Panel:
    """The squared error of the learned value, in the given unit."""
    return chart(
        "Loss of the value",
        lines=[line("loss/value", "squared error", colour=1)],
        y_title=f"squared error{unit and f' ({unit}²)'}",
        log=True,
    )


def gradient_size() -> Panel:
    """The length of the policy gradient by hand."""
    return chart(
        "Size of the gradient", lines=[line("gradient/size", "before it is cut to 0.5")], y_title="length"
    )


def ppo_limits() -> list[Panel]:
    """What PPO says of itself."""
    return [
        chart("How far PPO moves", lines=[line("ppo/kl", "divergence")], y_title="divergence (nats)"),
        chart(
            "How often PPO is held back",
            lines=[line("ppo/clipped", "share cut off")],
            y_title="share of the batch",
            percent=True,
            y_range=(0, 1),
        ),
    ]
