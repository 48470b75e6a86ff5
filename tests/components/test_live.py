"""The Python side of the live view: panels are plain JSON, the component is registered, nothing heavy is imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import assets, live, panels, theme
from components.supervised import supervised_panels
from models import mlp, pictures

HEX = re.compile(r"#[0-9a-fA-F]{6}")


def every_panel() -> list[live.Panel]:
    """One panel of each kind, with the options that change its shape."""
    return [
        live.network("Network", live.Limits(least=1, most=8, max_length=6)),
        live.decision_map("Answer"),
        live.chart(
            "Loss",
            x="step",
            lines=[live.line("loss/train", "training"), live.line("loss/test", "test", colour=3, dash="dot")],
            y_title="loss (nats)",
            log=True,
            baselines="loss/test",
        ),
        live.chart(
            "Accuracy",
            lines=[live.line("accuracy/test", "test")],
            y_title="share",
            percent=True,
            y_range=(0, 1),
        ),
        live.figure(
            "Heat",
            {"data": [{"type": "heatmap"}, {"type": "scatter"}]},
            [live.replace(0, "z", "map"), live.append(1, "epoch", "loss/train")],
        ),
        live.layer_histogram(
            "Spread", "histogram", x_title="size", reach=(-2.5, 2.5), ticks={0: "10⁰", 2: "10²"}, powers=True
        ),
        live.images("Filters", "filters", columns=4, signed=True),
        live.maps(
            "Side by side",
            "maps",
            keys="losses",
            names="loss_names",
            scores=[("accuracy", "accuracy", "percent")],
        ),
        live.text("epoch: {epoch:epoch}\naccuracy: {accuracy/test:percent}", title="Now"),
        panels.feature_maps(),
        panels.picture_strip(),
        panels.neuron(),
        panels.draw_picture(),
        panels.attributions(),
        panels.live_answer(),
        panels.gridworld(),
        panels.cell_update(),
        panels.cartpole(),
        panels.lunar_lander(),
        panels.platformer(),
        panels.platformer_deaths(),
        live.confusion("Mistakes"),
        live.scores("Comparison", metric="r2/test"),
        live.group("More", [live.images("Filters", "filters")]),
    ]


def test_panels_are_json() -> None:
    panels = every_panel()
    assert json.loads(json.dumps(panels)) == panels
    assert {str(panel["kind"]) for panel in panels} == {
        "network",
        "decision_map",
        "chart",
        "figure",
        "layer_histogram",
        "images",
        "maps",
        "text",
        "feature_maps",
        "picture_strip",
        "neuron",
        "draw_picture",
        "attributions",
        "live_answer",
        "gridworld",
        "cartpole",
        "lunar_lander",
        "cell_update",
        "platformer",
        "platformer_deaths",
        "confusion",
        "scores",
        "group",
    }


def test_every_kind_of_panel_is_known_to_the_browser() -> None:
    source = (assets.FRONTEND / "kinds.js").read_text(encoding="utf-8")
    kinds = re.search(r"const KINDS = \{(.*?)\}", source, re.DOTALL)
    assert kinds is not None
    known = re.findall(r"(\w+): \[\"\./(\w+\.js)\", \"(\w+)\"\]", kinds.group(1))
    assert {kind for kind, _, _ in known} == {str(panel["kind"]) for panel in every_panel()}
    for _, module, name in known:
        assert f"export class {name} " in (assets.FRONTEND / module).read_text(encoding="utf-8")


def test_a_line_leaves_its_colour_to_its_position() -> None:
    panel = live.chart("Loss", lines=[live.line("loss/train", "training")], y_title="nats")
    assert panel["lines"] == [{"metric": "loss/train", "name": "training", "dash": "solid", "band": ""}]


def test_a_chart_without_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="has no lines"):
        live.chart("Loss", lines=[], y_title="nats")


def test_a_group_without_panels_is_refused() -> None:
    with pytest.raises(ValueError, match="has no panels"):
        live.group("More", [])


@pytest.mark.parametrize(("metric", "percent"), [("accuracy/test", True), ("r2/test", False)])
def test_scores_are_printed_as_their_metric_is(metric: str, percent: bool) -> None:
    assert live.scores(metric=metric)["percent"] is percent


def kinds_of(panels: list[live.Panel]) -> list[str]:
    return [str(panel["kind"]) for panel in panels]


def titled(panels: Any, title: str) -> Any:
    return next(panel for panel in panels if panel["title"] == title)


def test_only_classes_can_be_confused() -> None:
    assert "confusion" in kinds_of(supervised_panels(numbers=False))
    numbers = supervised_panels(numbers=True)
    assert "confusion" not in kinds_of(numbers)
    assert titled(numbers, "Against classical methods")["metric"] == "r2/test"


@pytest.mark.parametrize("validation", [False, True])
def test_validation_rows_have_a_curve_of_their_own(validation: bool) -> None:
    panels = supervised_panels(numbers=False, validation=validation)
    for title, name in (("Loss", "loss"), ("Accuracy", "accuracy")):
        metrics = [line["metric"] for line in titled(panels, title)["lines"]]
        assert metrics[:2] == [f"{name}/train", f"{name}/test"]
        assert (f"{name}/validation" in metrics) is validation


def test_the_inside_of_each_layer_is_behind_a_disclosure() -> None:
    panels = supervised_panels(numbers=False, layers=3)
    assert kinds_of(panels)[-1] == "group"
    gradients, weights, values = titled(panels, "Inside the layers")["panels"]
    assert [line["metric"] for line in gradients["lines"]] == ["gradient/1", "gradient/2", "gradient/3"]
    assert gradients["log"] is True
    arrays = next(mlp.train(mlp.Config(hidden=(4, 2)))).observe()
    for panel, array, rows, reach in (
        (weights, "histogram/weights", 3, 3),
        (values, "histogram/activations", 2, 2),
    ):
        assert (panel["kind"], panel["array"]) == ("layer_histogram", array)
        assert arrays[array].shape == (rows, pictures.N_BINS)  # the rows and bins that are drawn
        assert panel["reach"] == [-reach, reach]
        assert panel["ticks"][0] == [-reach, f"≤ −{reach}"] and panel["ticks"][-1] == [reach, f"≥ {reach}"]
        assert panel["ticks"][1:-1] == [
            [value, str(value).replace("-", "−")] for value in range(1 - reach, reach)
        ]
        assert (panel["x_title"], panel["y_title"]) == ("weight" if rows == 3 else "value", "layer")
        assert panel["full"] == 0.5


def test_the_ticks_of_a_histogram_are_in_order_and_keep_their_names() -> None:
    panel = live.layer_histogram(
        "Sizes", "sizes", x_title="size", reach=(-9.5, 9.5), ticks={5: "10⁵", -5: "0"}, powers=True
    )
    assert panel["ticks"] == [[-5, "0"], [5, "10⁵"]]
    assert (panel["powers"], panel["reach"]) == (True, [-9.5, 9.5])
    plain = live.layer_histogram("Values", "values", x_title="value", reach=(-1.5, 1.5))
    assert plain["ticks"] == [[-1, "−1"], [0, "0"], [1, "1"]], "only an end stands for what lies beyond"


@pytest.mark.parametrize(
    ("reach", "ticks"), [((2, -2), None), ((1, 1), None), ((-2, 2), {3: "3"}), ((0, float("nan")), {0: "0"})]
)
def test_a_histogram_without_room_for_its_ticks_is_refused(
    reach: tuple[float, float], ticks: dict[float, str] | None
) -> None:
    with pytest.raises(ValueError, match="'Values' reach from"):
        live.layer_histogram("Values", "values", x_title="value", reach=reach, ticks=ticks)


def test_without_hidden_layers_there_are_no_unit_values_to_show() -> None:
    inside = titled(supervised_panels(numbers=True, layers=1), "Inside the layers")["panels"]
    assert kinds_of(inside) == ["chart", "layer_histogram"]
    assert "group" not in kinds_of(supervised_panels(numbers=True))


@pytest.mark.parametrize("trace", [-1, 1])
def test_a_binding_to_no_trace_is_refused(trace: int) -> None:
    with pytest.raises(ValueError, match="has 1 traces"):
        live.figure("Heat", {"data": [{"type": "heatmap"}]}, [live.replace(trace, "z", "map")])


def test_a_template_becomes_labelled_tiles() -> None:
    panel = live.text("test accuracy: {accuracy/test:percent}\n\n{step:integer} of 100 steps")
    assert panel["tiles"] == [
        {"label": "test accuracy", "parts": [{"value": "accuracy/test", "style": "percent"}]},
        {"label": "", "parts": [{"value": "step", "style": "integer"}, {"text": " of 100 steps"}]},
    ]


def test_an_unknown_style_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Known styles: number, percent"):
        live.text("loss: {loss/train:roman}")


def test_colours_are_declared_once_and_complete() -> None:
    palettes = theme.palettes()
    assert set(palettes) == {"light", "dark"}
    for palette in (theme.LIGHT, theme.DARK):
        assert len(palette.scale) % 2 == 1, "zero needs an entry of its own in the middle"
        assert len(set(palette.categories)) == len(palette.categories) == 8
        for colour in (
            *palette.scale,
            *palette.categories,
            palette.positive,
            palette.negative,
            palette.outline,
        ):
            assert HEX.fullmatch(colour)


def test_plotly_and_torch_are_not_imported() -> None:
    # Streamlit brings what it brings; the live view must add nothing heavy to it.
    code = (
        "import sys, streamlit; before = set(sys.modules); import components.live; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} & {'plotly', 'torch', 'pandas'}))"
    )
    root = Path(live.__file__).parents[1]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip().splitlines()[-1] == "[]"


def page() -> None:
    from components import live

    live.live_view(
        key="view",
        described={
            "spec": "signed",
            "shape": "a",
            "live": {"learning_rate": 0.1},
            "panels": [live.network(), live.decision_map()],
            "seconds": 0.0,
        },
        on_layers=lambda text: None,
    )


def test_a_page_hands_the_browser_all_it_needs() -> None:
    app = AppTest.from_function(page).run(timeout=30)
    assert not app.exception
    proto = app.main.children[0].proto
    assert proto.component_name == "playground.live_view"
    assert proto.isolate_styles is False
    data = json.loads(proto.json)
    assert set(data) == {
        "base",
        "assets",
        "spec",
        "seconds",
        "speed",
        "unit",
        "shape",
        "live",
        "run",
        "session",
        "moment",
        "hand",
        "layers",
        "panels",
        "editable",
        "drawable",
        "turnable",
        "autopreview",
        "title",
        "compact",
        "theme",
    }
    assert data["base"] == ""
    assert data["assets"] == f"/assets/{assets.assets_version()}"
    assert data["run"] is None
    assert data["editable"] is True
    assert data["drawable"] is None
    assert (data["title"], data["compact"]) == ("", False)
    assert [panel["kind"] for panel in data["panels"]] == ["network", "decision_map"]


def two_views() -> None:
    from components import live

    for title in ("Left", "Right"):
        live.live_view(
            key=title,
            described={
                "spec": "signed",
                "shape": "a",
                "live": {},
                "panels": [live.decision_map()],
                "seconds": 0.0,
            },
            on_points=lambda text: None,
            points="1,2,0;-1,0.5,1",
            points_ready=title == "Right",
            title=title,
            compact=True,
        )


def test_two_views_share_a_page_and_can_be_drawn_on() -> None:
    app = AppTest.from_function(two_views).run(timeout=30)
    assert not app.exception
    left, right = (json.loads(child.proto.json) for child in app.main.children.values())
    assert (left["title"], left["compact"], right["title"]) == ("Left", True, "Right")
    assert left["drawable"] == {"points": "1,2,0;-1,0.5,1", "ready": False}
    assert right["drawable"] == {"points": "1,2,0;-1,0.5,1", "ready": True}
