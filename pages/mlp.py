"""Neural network: layers of neurons learn a border, or a number, from examples while you watch."""

from dataclasses import replace

import streamlit as st

from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.layer_functions import layer_functions
from components.lesson import opening, predict, sources
from components.panels import Panel
from components.second_setting import second_config
from components.supervised import supervised_panels
from components.upload import own_table
from models.mlp import estimate_seconds
from models.mlp_presets import PRESETS
from models.mlp_settings import DESCRIPTIONS, FUNCTIONS, NUMBERS, PLANAR, TOYS, Config

COMPARABLE = (
    "learning_rate",
    "activation",
    "optimizer",
    "batch_size",
    "loss",
    "regularisation",
    "dropout",
    "batch_norm",
    "initialisation",
    "hidden",
    "seed",
)

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("mlp")
with question:
    predict(
        "mlp",
        "A network without any hidden layer, on points inside a ring. What can it learn?",
        ("the ring", "a straight line", "nothing at all"),
        "a straight line",
        "Without a hidden layer the network weighs x₁ and x₂ and draws one straight border. Remove all hidden layers and "
        "see; then add one back, or give it x₁² and x₂² to weigh.",
    )


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    kind = about_to_be(Config, "dataset")
    unused = {
        "noise": kind in TOYS,
        "n_points": kind in TOYS,
        "inputs": kind in PLANAR,
        "scale": kind not in PLANAR,
    }
    with side:
        config = controls(Config, presets=PRESETS, hide=[name for name, used in unused.items() if not used])
        if st.session_state.get("advanced"):
            functions = layer_functions(
                "activations", len(config.hidden), config.activations, config.activation, FUNCTIONS
            )
            config = replace(config, activations=functions)

    with view:
        st.caption(DESCRIPTIONS[kind])
        table = own_table(config, "mlp") if config.dataset == "csv" else None
        if config.dataset != "csv" or table is not None:
            config = table.config if table is not None else config
            numbers = table.task == "numbers" if table is not None else config.dataset in NUMBERS
            size = (table.n_rows, table.n_columns) if table is not None else ()

            def seconds(config: Config) -> float:
                return estimate_seconds(config, *size)

            def panels(config: Config) -> list[Panel]:
                validation = config.validation_fraction > 0
                return supervised_panels(
                    numbers=numbers, validation=validation, layers=len(config.hidden) + 1
                )

            second = second_config(config, COMPARABLE, "mlp")
            experiment(
                "mlp",
                config,
                panels,
                title="First" if second is not None else "",
                layers_setting="hidden",
                points_setting="points" if config.dataset == "drawn" else None,
                plane_setting="map_features" if config.dataset not in PLANAR else None,
                seconds=seconds,
            )
            if second is not None:
                experiment("mlp", second, panels, page="mlp-second", title="Second", seconds=seconds)
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("What happens in a step")
st.markdown(
    "Each neuron adds up its inputs times their **weights**, plus a **bias**, and passes the sum through its "
    "**activation**. The **loss** says how wrong the answers of a **batch** are. The gradient says for every weight which "
    "way the loss grows; each weight moves the other way, by the **learning rate**:"
)
st.latex(
    r"h^{l} = f\big(h^{l-1} W^{l} + b^{l}\big) \qquad W^{l} \leftarrow W^{l} - \eta\,\frac{\partial\,\text{loss}}{\partial W^{l}}"
)
st.caption(
    "f: activation · W, b: weights and biases of layer l · η: learning rate · one pass over all training examples is an epoch"
)

st.header("Try this")
preset_links(PRESETS, "mlp", goals_reached("mlp", PRESETS))

st.header("The code that just ran")
code_of(
    "mlp",
    config,
    "The page trains with a gradient written by hand, for speed. This is the same run in plain PyTorch: same data, same "
    "seed, same first weights, and the same final numbers to the last digit.",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **The loss jumps or becomes “not a number”**: the learning rate is too large; divide it by ten and rewind.\n"
        "- **The loss hardly moves**: the learning rate is too small, or the neurons are saturated (sigmoid in many layers).\n"
        "- **The border stays straight**: the activation is linear, or there is no hidden layer.\n"
        "- **Training loss falls, test loss rises**: the network learns single points by heart; fewer neurons, more data, "
        "dropout or L2 regularisation help.\n"
        "- **Half of the maps are blank**: their ReLUs are dead; take leaky ReLU or smaller steps."
    )
sources("mlp")
st.page_link("pages/cnn.py", label="Next: Convolutional network", icon=":material/arrow_forward:")
