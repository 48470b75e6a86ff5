"""Pictures of the platform-game lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, chart, group, line, platformer, platformer_deaths, scores, text

#: Setting → its term of the reward, in the order of the game's terms.
TERMS = {
    "progress": "progress",
    "coin": "coins",
    "stomp": "stomps",
    "death": "deaths",
    "time": "time",
    "flag": "flag",
}
ENDS = {"flag": "flag", "fell": "fell", "caught": "caught", "time": "out of time"}


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """The games, where they end, how well they go, and what the learning itself does."""
    algorithm = str(config.get("algorithm", "ppo"))
    return [
        platformer(),
        text(
            "Reached the flag, last 100: {rate/success:percent}\n"
            "Way made: {progress/episode:percent}\n"
            "Reward of an episode: {reward/episode:number}\n"
            "Steps played: {steps/played:integer}"
        ),
        chart(
            "Reward of an episode",
            lines=[line("reward/episode", "mean of the last 100")],
            y_title="reward",
            baselines="reward/episode",
        ),
        chart(
            "Episodes that reach the flag",
            lines=[line("rate/success", "training levels"), *_held_out(config)],
            y_title="share",
            percent=True,
            y_range=(0, 1),
            baselines="rate/success",
        ),
        platformer_deaths(),
        chart(
            "What the reward is made of",
            lines=[line(f"reward/{term}", words) for term, words in TERMS.items()],
            y_title="reward, mean of the last 100",
        ),
        chart(
            "How episodes end",
            lines=[line(f"ends/{how}", words) for how, words in ENDS.items()],
            y_title="share of the last 100",
            percent=True,
            y_range=(0, 1),
        ),
        chart(
            "Length of an episode",
            lines=[line("length/episode", "mean of the last 100")],
            y_title="game time (s)",
            baselines="length/episode",
        ),
        chart(
            "Progress through the level",
            lines=[line("progress/episode", "mean of the last 100")],
            y_title="share of the way",
            percent=True,
            y_range=(0, 1),
            baselines="progress/episode",
        ),
        scores(
            "Against policies that learn nothing",
            metric="rate/success",
            own="the agent",
            measure="Share of episodes that reach the flag.",
        ),
        group("How the learning goes", _inside(algorithm)),
    ]


def _held_out(config: Mapping[str, Any]) -> list[Any]:
    generated = config.get("level") == "generated" and not config.get("own_level")
    return [line("rate/held_out", "levels never seen", dash="dash")] if generated else []


def _inside(algorithm: str) -> list[Panel]:
    if algorithm == "dqn":
        return [
            chart("Temporal-difference loss", lines=[line("loss/value", "loss")], y_title="loss", log=True),
            chart("Exploration ε", lines=[line("dqn/exploration", "ε")], y_title="share", percent=True),
            chart("Mean largest Q", lines=[line("value/mean", "Q")], y_title="reward"),
        ]
    shown = [
        chart("Entropy of the policy", lines=[line("entropy/policy", "entropy")], y_title="nats"),
        chart("Loss of the value", lines=[line("loss/value", "loss")], y_title="reward²", log=True),
        chart("Loss of the policy", lines=[line("loss/policy", "loss")], y_title="loss"),
        chart(
            "What the value explains",
            lines=[line("value/explained", "explained variance")],
            y_title="share of the variance of returns",
        ),
        chart("Mean value", lines=[line("value/mean", "value")], y_title="reward"),
    ]
    if algorithm == "ppo":
        shown.append(
            chart(
                "How far an update goes",
                lines=[
                    line("ppo/kl", "KL divergence (nats)"),
                    line("ppo/clipped", "share clipped", dash="dash"),
                ],
                y_title="nats, and share of the batch",
            )
        )
    return shown
