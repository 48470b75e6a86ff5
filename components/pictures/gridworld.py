"""The pictures of the gridworld lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, cell_update, chart, gridworld, line, scores, text
from models.gridworld_settings import PLANNERS


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """The world, one cell's arithmetic, what the policy is worth, and how wrong the values still are."""
    planner = config.get("method") in PLANNERS
    return [
        gridworld(),
        cell_update(),
        text(_tiles(planner, str(config.get("method")))),
        *_values(planner, config),
        chart(
            "How far the values are from solving their equation",
            lines=[
                line("loss/bellman", "Bellman error"),
                line("error/value", "distance from the best values", dash="dash"),
            ],
            y_title="reward, mean over cells",
            log=True,
        ),
        *([] if planner else [_moves()]),
        scores(
            "What the policy is worth from the start",
            metric="value/policy",
            own="its best moves",
            measure="Discounted reward that is to be expected from the start.",
        ),
    ]


def _tiles(planner: bool, method: str) -> str:
    rows = [
        "Value of the start, believed: {value/start:number}",
        "Policy’s true value: {value/policy:number}",
    ]
    if not planner:
        rows += ["Value while exploring: {value/exploring:number}", "Moves, last 50: {steps/mean:number}"]
    elif method == "policy_iteration":
        rows += [
            "Improvements: {policy/improvements:integer}",
            "Cells that changed: {policy/changed:integer}",
        ]
    return "\n".join(rows)


def _range(config: Mapping[str, Any]) -> tuple[float, float] | None:
    """The axis of the returns beside a cliff: the first blind walks lie far below what is worth comparing."""
    fall = float(config.get("pit_reward", 0))
    return (1.2 * fall, max(0.0, float(config.get("goal_reward", 1)))) if fall <= -50 else None


def _values(planner: bool, config: Mapping[str, Any]) -> list[Panel]:
    if planner:
        return [
            chart(
                "Value of the start",
                lines=[
                    line("value/start", "believed"),
                    line("value/policy", "true, of the policy", dash="dash"),
                ],
                y_title="discounted reward",
                baselines="value/start",
            )
        ]
    return [
        chart(
            "Return of the episodes",
            lines=[
                line("return/mean", "mean of the last 50"),
                line("value/exploring", "expected with ε", dash="dot"),
                line("value/policy", "expected without", dash="dash"),
            ],
            y_title="discounted reward",
            y_range=_range(config),
            baselines="return/episode",
        )
    ]


def _moves() -> Panel:
    return chart(
        "Moves until the end",
        lines=[line("steps/mean", "mean of the last 50"), line("steps/episode", "last episode", dash="dot")],
        y_title="moves",
        log=True,
    )
