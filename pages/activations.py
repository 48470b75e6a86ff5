"""Activations: the bend in every neuron, its slope on the way back, and what thirty of them in a row do to a gradient."""

import streamlit as st

from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.linear_or_bent import linear_or_bent
from components.sketch import sketch
from models import activation_curves
from models.activations import PRESETS, Config, estimate_seconds

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("activations")
with question:
    predict(
        "activations",
        "A network of 30 sigmoid layers begins to learn. How much of the last layer's gradient arrives at the first?",
        ("about as much", "about a thousandth", "less than a millionth of a millionth"),
        "less than a millionth of a millionth",
        "The slope of a sigmoid is at most ¼, and on its way back a gradient is multiplied by it at every layer: ¼ thirty times "
        "over is 10⁻¹⁸. Choose “Thirty sigmoid layers” below and look before you train.",
    )

st.header("A function and its slope")
st.markdown(
    "A neuron adds up its weighted inputs to a sum z and passes on **f(z)**. Learning goes the other way: the gradient that "
    "comes back is multiplied by the slope **f′(z)**. Drag the point along the curve."
)
sketch(
    "activation_curves",
    {
        "curves": activation_curves.curves(),
        "activation": "sigmoid",
        "z": 1.0,
        "low": activation_curves.LOW,
        "high": activation_curves.HIGH,
    },
    key="activation curves",
)
with st.expander("All formulas, slopes and ranges"):
    for place, table in zip(
        st.columns(2), (activation_curves.formulas(), activation_curves.ranges()), strict=True
    ):
        place.markdown(table)
    st.caption(
        "[z > 0]: 1 where z > 0, else 0 · σ: sigmoid · Φ, φ: the normal distribution and its density · α: 0.01 for leaky "
        "ReLU, 1 for ELU, unless you move it above. Ranges of GELU and swish are rounded."
    )

st.header("Softmax: several outputs together")
st.markdown(
    "For several classes the last layer gives one raw score, a **logit**, for each. **Softmax** turns all of them into "
    "probabilities at once, and the **temperature** T says how sharply: towards 0 the largest takes everything, a large T "
    "makes them equal."
)
sketch(
    "softmax",
    {
        "logits": [2.0, 1.0, -0.5, 0.2],
        "n_classes": 4,
        "least": activation_curves.MIN_CLASSES,
        "most": activation_curves.MAX_CLASSES,
        "temperatures": activation_curves.TEMPERATURES,
    },
    key="softmax",
)
st.latex(r"p_j=\frac{e^{o_j/T}}{\sum_i e^{o_i/T}}\quad H=-\sum_j p_j\log p_j")
st.latex(r"\frac{\partial p_j}{\partial o_k}=\frac{p_k\,([j=k]-p_j)}{T}")
st.caption(
    "o: logits · T: temperature · p: probabilities, each between 0 and 1, which sum to 1 · [j = k]: 1 for the same class · H: entropy (nats)"
)

st.header("A deep stack, before and while it learns")
st.markdown(
    "Below, all points have gone forwards through every layer and their gradients back, **before the first step**: change depth, "
    "activation or first weights and see at once. One row of a histogram is one layer, the first on top."
)


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        config = controls(
            Config,
            presets=PRESETS,
            hide=() if about_to_be(Config, "initialisation") == "normal" else ("sigma",),
            known=("bent",),
        )
    with view:
        experiment("activations", config, seconds=estimate_seconds)
    return config


config = drawn_by_itself(experiment_and_settings)

st.latex(
    r"\frac{\partial L}{\partial z^{l}}=\Big(\frac{\partial L}{\partial z^{l+1}}\,(W^{l+1})^{\top}\Big)\odot f'(z^{l})"
)
st.latex(
    r"\text{Xavier: }\sigma^2=\frac{2}{n_\text{in}+n_\text{out}}\qquad\text{He: }\sigma^2=\frac{2}{n_\text{in}}"
)
st.caption(
    "L: loss · zˡ: sums of layer l · Wˡ: its weights · ⊙: each with each · σ: spread of the first weights · n: inputs and "
    "outputs of a layer. Thirty layers are thirty factors: their product stays near 1 only if each does."
)

st.header("Without it, a deep network is a line")
st.markdown(
    "Two networks of three layers, with the **same first weights**, on the same spiral. Only the activation differs. Press Train "
    "on each: sums of sums are sums, so the linear one draws one straight border however long it learns."
)
linear_or_bent()

st.header("Try this")
preset_links(PRESETS, "activations", goals_reached("activations", PRESETS))

st.header("The code that just ran")
code_of(
    "activations",
    config,
    "The page trains the stack with gradients written by hand. This is the same run in plain PyTorch: same points, same "
    "first weights, and the same final numbers.",
)

with st.expander("Pitfalls"):
    st.markdown(
        "- **Softmax inside the network**: it belongs to the output. Between layers it squeezes everything into shares of 1.\n"
        "- **Sigmoid twice**: losses “with logits” apply it themselves; give them the raw sum.\n"
        "- **He for everything**: its factor 2 makes up for the half that ReLU cuts off. On linear layers it explodes: √2 "
        "at every layer.\n"
        "- **A level gradient is not everything**: very deep plain stacks also make all points look alike on their way "
        "forwards. Normalisation and shortcuts (ResNet) help.\n"
        "- **Dead is not the same as unused**: a unit that is 0 for some points is doing its work; dead ones are 0 for all."
    )
sources("activations")
st.page_link("pages/losses.py", label="Next: Losses", icon=":material/arrow_forward:")
