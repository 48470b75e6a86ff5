"""Controls from a declaration: extremes, bad links, reset, presets, layers, the advanced switch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from streamlit.testing.v1 import AppTest

from components.controls import link_query
from components.setting_widget import layer_steps
from models.settings import Choice, Flag, Names, Preset, Range, Sizes, Text

SHAPES = ("circle", "xor", "gauss", "spiral", "moons")


@dataclass(frozen=True)
class Config:
    shape: Annotated[str, Choice(SHAPES, help="Which points.", group="Data")] = "circle"
    noise: Annotated[float, Range(0, 0.5, live=True, help="Jitter.", group="Data")] = 0.1
    points: Annotated[int, Range(10, 150, help="How many.", group="Data")] = 100
    hidden: Annotated[tuple[int, ...], Sizes(1, 16, max_length=3, help="Units.", group="Network")] = (4, 2)
    bend: Annotated[str, Choice({"relu": "ReLU", "tanh": "Tanh *", "none": "None"}, help="Bend.")] = "tanh"
    learning_rate: Annotated[
        float, Range(0.00001, 10, log=True, live=True, unit="per step", help="Step size.", group="Training")
    ] = 0.03
    batch: Annotated[int, Range(1, 256, log=True, help="Rows in a step.", group="Training")] = 10
    seed: Annotated[int, Range(0, 10_000, help="Where chance begins.", group="Training")] = 0
    shuffle: Annotated[bool, Flag(help="Mix the rows.", group="Training")] = True
    title: Annotated[str, Text(max_length=10, help="A name.")] = ""
    columns: Annotated[tuple[str, ...], Names(help="Columns.")] = ()
    decay: Annotated[float, Range(0, 1, advanced=True, help="Pull to zero.", group="Training")] = 0.0
    nesterov: Annotated[bool, Flag(advanced=True, help="Look ahead.")] = False
    csv: Annotated[str, Text(widget=False, linked=False, help="A file.")] = ""
    cell: Annotated[int, Range(0, 8, widget=False, help="Clicked by hand.")] = 0


PRESETS = {
    "deep": Preset(
        "Go deep", "The edge bends more.", {"hidden": [8, 8, 8], "bend": "relu", "decay": 0.5, "cell": 3}
    ),
    "rough": Preset("Rough", "It never fits.", {"noise": 0.5}),
}


def page(options: dict[str, object]) -> None:
    from typing import cast

    import streamlit as st

    from components.controls import controls, preset_links

    arguments = cast("dict[str, Any]", options)
    st.session_state["config"] = controls(**arguments)
    preset_links(arguments["presets"], "toy")


def app(link: dict[str, Any] | None = None, **options: Any) -> AppTest:
    test = AppTest.from_function(
        page, kwargs={"options": {"config_type": Config, "presets": PRESETS, **options}}
    )
    for name, value in (link or {}).items():
        test.query_params[name] = value
    return run(test)


def run(test: AppTest) -> AppTest:
    test.run(timeout=20)
    assert not test.exception, test.exception
    return test


def config_of(test: AppTest) -> Config:
    config = test.session_state["config"]
    assert isinstance(config, Config)
    return config


def warnings(test: AppTest) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", warning.value) for warning in test.warning]


def press(test: AppTest, label: str) -> AppTest:
    next(button for button in test.button if button.label == label).click()
    return run(test)


def test_defaults_need_no_link_and_no_warning() -> None:
    test = app()
    assert config_of(test) == Config()
    assert test.query_params == {}
    assert not test.warning
    assert [box.label for box in test.expander] == ["Data", "Network", "Training"]
    assert test.slider(key="noise").label == "Noise ⚡"
    assert test.select_slider(key="learning_rate").label == "Learning rate (per step) ⚡"
    assert test.slider(key="noise").help == "Jitter. From 0 to 0.5."
    assert [caption.value for caption in test.caption] == ["⚡ can be changed while it trains"]


EXTREMES = [
    ("slider", "noise", 0.0),
    ("slider", "noise", 0.5),
    ("slider", "points", 10),
    ("slider", "points", 150),
    ("select_slider", "learning_rate", 0.00001),
    ("select_slider", "learning_rate", 10.0),
    ("select_slider", "batch", 1),
    ("select_slider", "batch", 256),
    ("number_input", "seed", 0),
    ("number_input", "seed", 10_000),
    ("selectbox", "shape", "moons"),
    ("button_group", "bend", "relu"),
    ("button_group", "bend", "none"),
    ("toggle", "shuffle", False),
    ("text_input", "title", "x" * 10),
]


@pytest.mark.parametrize(("kind", "name", "value"), EXTREMES)
def test_every_control_reaches_its_extremes_and_the_link_holds_them(
    kind: str, name: str, value: object
) -> None:
    test = app()
    getattr(test, kind)(key=name).set_value(value)
    config = config_of(run(test))
    assert getattr(config, name) == value
    assert type(getattr(config, name)) is type(value)
    assert config == config_of(app(dict(pair.split("=") for pair in link_query(config).split("&") if pair)))


@pytest.mark.parametrize(
    ("text", "value"), [("", ()), ("16", (16,)), ("1-1-1", (1, 1, 1)), (" 4, 4 ", (4, 4)), ("0", ())]
)
def test_layers_are_read_from_text(text: str, value: tuple[int, ...]) -> None:
    test = app()
    test.text_input(key="hidden").set_value(text)
    assert config_of(run(test)).hidden == value
    assert not test.error


def test_malformed_layers_keep_the_last_good_ones() -> None:
    test = app()
    test.text_input(key="hidden").set_value("5-5")
    run(test).text_input(key="hidden").set_value("5--<b>")
    assert config_of(run(test)).hidden == (5, 5)
    assert len(test.error) == 1
    assert "5\\-\\-\\<b\\>" in test.error[0].value, "letter by letter, no HTML"
    assert "It stays 5\\-5 until then" in test.error[0].value
    assert not test.warning
    press(test, "Add layer")
    assert config_of(test).hidden == (5, 5, 5)
    assert test.text_input(key="hidden").value == "5-5-5"
    assert not test.error


def test_layer_buttons_stop_at_both_ends() -> None:
    test = press(app(), "Add layer")
    assert config_of(test).hidden == (4, 2, 2)
    assert next(button for button in test.button if button.label == "Add layer").disabled
    for _ in range(3):
        press(test, "Remove layer")
    assert config_of(test).hidden == ()
    assert next(button for button in test.button if button.label == "Remove layer").disabled
    assert config_of(press(test, "Add layer")).hidden == (4,)


def test_the_browser_knows_what_each_button_for_layers_leads_to() -> None:
    sizes = Sizes(1, 5, max_length=3, help="")
    assert layer_steps(sizes, ()) == {"Add layer": (4,)}
    assert layer_steps(sizes, (5, 1)) == {"Add layer": (5, 1, 1), "Remove layer": (5,)}
    assert layer_steps(sizes, (2, 3, 4)) == {"Remove layer": (2, 3)}


LEGAL_LINKS = [
    ({"learning_rate": "0.004"}, {"learning_rate": 0.004}),  # not a stop of the slider
    ({"learning_rate": "1e-3"}, {"learning_rate": 0.001}),
    ({"batch": "7.0"}, {"batch": 7}),
    ({"bend": "relu"}, {"bend": "relu"}),
    ({"bend": "ReLU"}, {"bend": "relu"}),
    ({"shape": "xor"}, {"shape": "xor"}),
    ({"hidden": ""}, {"hidden": ()}),
    ({"hidden": "3"}, {"hidden": (3,)}),
    ({"shuffle": "no"}, {"shuffle": False}),
    ({"columns": 'a,"b, c"'}, {"columns": ("a", "b, c")}),
    ({"title": "<b>*x*"}, {"title": "<b>*x*"}),
    ({"decay": "0.25"}, {"decay": 0.25}),
    ({"cell": "8"}, {"cell": 8}),
    ({"noise": "0.1", "seed": "3"}, {"seed": 3}),
    ({"advanced": "true", "nesterov": "true"}, {"nesterov": True}),
]


@pytest.mark.parametrize(("link", "expected"), LEGAL_LINKS)
def test_a_link_is_honoured_and_stays_so(link: dict[str, str], expected: dict[str, Any]) -> None:
    test = app(link)
    assert config_of(test) == Config(**expected)
    assert not test.warning
    assert set(test.query_params) - {"advanced"} == set(expected)


BAD_LINKS = [
    ("learning_rate", "20", "from 0.00001 to 10 per step"),
    ("learning_rate", "nan", "from 0.00001 to 10"),
    ("learning_rate", "", "learning_rate is empty"),
    ("noise", "-0.1", "noise is -0.1; it may be from 0 to 0.5."),
    ("noise", "1e999", "from 0 to 0.5"),
    ("points", "10.5", "from 10 to 150"),
    ("points", "9" * 9000, "99999…; it may be from 10 to 150"),
    ("seed", "ten", "seed is ten; it may be from 0 to 10000."),
    ("shape", "torus", "shape is torus; it may be circle, xor, gauss, spiral or moons."),
    ("bend", "[x](http://evil)", "bend is [x](http://evil); it may be relu, tanh or none."),
    ("shuffle", "perhaps", "shuffle is perhaps; it may be on or off."),
    ("advanced", "2", "advanced is 2; it may be on or off."),
    ("hidden", "4-99", "hidden is 4-99; it may be up to 3 whole numbers from 1 to 16"),
    ("hidden", "a" * 100, "hidden is aaa"),
    ("title", "longer than ten", "title is longer than ten; it may be one line of at most 10 characters."),
    ("columns", "a,a", "columns is a,a; it may be at most"),
    ("decay", "7", "decay is 7; it may be from 0 to 1."),
    ("cell", "9", "cell is 9; it may be from 0 to 8."),
    ("csv", "/etc/passwd", "csv cannot be set by a link."),
    ("colour", "red", "colour is not a setting of this page."),
    ("<script>", "1", "<script> is not a setting of this page."),
    ("points", ["20", "30"], "points stands in the link more than once."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD_LINKS)
def test_a_bad_part_of_a_link_is_refused_and_the_rest_honoured(name: str, value: Any, sentence: str) -> None:
    test = app({name: value, "batch": "5"})
    assert config_of(test) == Config(batch=5)
    assert len(test.warning) == 1
    assert sentence in warnings(test)[0]
    assert len(warnings(test)[0]) < 220
    assert not re.search(r"(?<!\\)[<>\[\]*_`$]", test.warning[0].value)
    assert set(test.query_params) == {"batch"}
    assert warnings(run(test)), "the sentence stays until something changes"
    test.toggle(key="shuffle").set_value(False)
    assert not run(test).warning


def test_many_bad_parts_do_not_flood_the_page() -> None:
    test = app({f"p{i}": "1" for i in range(30)} | {"noise": "0.2"})
    assert len(test.warning) == 7
    assert test.warning[6].value.startswith("24 more parts")
    assert config_of(test) == Config(noise=0.2)


def test_parameters_that_the_page_knows_are_left_alone() -> None:
    test = app({"guess": "b"}, known=("guess",))
    assert not test.warning
    assert set(test.query_params) == {"guess"}


def test_reset_brings_back_the_start_values_and_clears_the_link() -> None:
    link = {"noise": "0.3", "hidden": "3", "decay": "0.5", "cell": "2", "bend": "ReLU", "shape": "xor"}
    test = press(app(link), "Reset to defaults")
    assert config_of(test) == Config()
    assert test.query_params == {}


def test_a_preset_sets_its_settings_and_no_other() -> None:
    test = app({"noise": "0.3"})
    test.button(key="toy: try deep").click()
    deep = Config(hidden=(8, 8, 8), bend="relu", decay=0.5, cell=3)
    assert config_of(run(test)) == deep
    assert set(test.query_params) == {"hidden", "bend", "decay", "cell"}
    test.button(key="toy: try rough").click()
    assert config_of(run(test)) == Config(noise=0.5)
    assert "**Go deep**  \nThe edge bends more." in [text.value for text in test.markdown]


def test_hidden_advanced_settings_hold() -> None:
    test = app({"decay": "0.25"})
    assert "decay" not in [slider.key for slider in test.slider]
    test.toggle(key="advanced").set_value(True)
    run(test)
    assert test.slider(key="decay").value == 0.25
    test.slider(key="decay").set_value(0.75)
    assert config_of(run(test)).decay == 0.75
    test.toggle(key="advanced").set_value(False)
    assert config_of(run(test)).decay == 0.75
    run(test)  # Streamlit takes the parameter out as the widget goes; the next run puts it back
    assert set(test.query_params) == {"decay"}
    test.button(key="toy: try deep").click()
    assert config_of(run(test)).decay == 0.5
    press(test, "Reset to defaults")
    assert config_of(run(test)) == Config()


def test_a_page_may_start_from_values_of_its_own() -> None:
    options: dict[str, Any] = {"base": {"shape": "xor", "csv": "a.csv"}, "hide": ("points",)}
    test = app({"points": "20"}, **options)
    assert config_of(test) == Config(shape="xor", csv="a.csv", points=20)
    assert "points" not in [slider.key for slider in test.slider]
    test.selectbox(key="shape").set_value("circle")
    assert config_of(run(test)).shape == "circle"
    assert config_of(press(test, "Reset to defaults")) == Config(shape="xor", csv="a.csv")


def test_the_link_to_copy_holds_what_differs() -> None:
    assert link_query(Config()) == ""
    assert link_query(Config(learning_rate=0.00001, hidden=(), csv="x")) == "hidden=&learning_rate=0.00001"
    assert link_query(Config(bend="relu"), {"bend": "relu"}) == ""
    test = app({"noise": "0.25"})
    assert test.code[0].value.endswith("?noise=0.25")
