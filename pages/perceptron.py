"""Perceptron: one artificial neuron weighs its inputs, and learns from its mistakes to part two classes by a line."""

import streamlit as st

from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.rules_by_hand import rules_by_hand
from components.sketch import sketch
from models.perceptron import estimate_seconds
from models.perceptron_settings import BLOBS, DESCRIPTIONS, PRESETS, TABLES, Config
from models.two_layers import sketch_data

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("perceptron")
with question:
    predict(
        "perceptron",
        "A neuron learns exclusive or: blue where exactly one of two inputs is 1. How many of the four corners can it get "
        "right at most?",
        ("two", "three", "all four"),
        "three",
        "One neuron draws one straight line, and no line has two opposite corners on one side and the other two on the "
        "other. So it goes on making mistakes for ever. Choose “Exclusive or” and see; two layers can do it, further down.",
    )


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    kind = about_to_be(Config, "dataset")
    used = {"gap": kind == "separable", "n_points": kind in BLOBS, "scale": kind in TABLES}
    with side:
        config = controls(Config, presets=PRESETS, hide=[name for name, shown in used.items() if not shown])
    with view:
        st.caption(f"{DESCRIPTIONS[kind]} **Step** (→) looks at one example, **Train** at one after another.")
        experiment(
            "perceptron",
            config,
            points_setting="points" if config.dataset == "drawn" else None,
            seconds=estimate_seconds,
        )
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("The neuron and its rule")
st.markdown(
    "The neuron multiplies each input by its **weight**, adds the **bias**, and answers 1 when the sum is above 0, else 0. "
    "Where the sum is exactly 0 lies its line; the weights stand at a right angle to it. After a mistake the rule adds the "
    "example to the weights, or takes it away, and the line turns and moves:"
)
st.latex(r"s = w_1x_1 + w_2x_2 + b")
st.latex(r"\text{wrong:}\quad w \leftarrow w + \eta\,y\,x,\quad b \leftarrow b + \eta\,y")
st.markdown(
    "If a line exists at all, the neuron finds one after at most **(R/γ)²** mistakes, in whatever order the examples come "
    "and with any learning rate. R is the length of the longest example and γ the **margin**: how far the best line stays "
    "away from all of them (examples written with a 1 for the bias). If there is none, it never stops. Then the **pocket** "
    "helps: keep the line that erred least so far."
)
st.latex(r"\text{mistakes}\le\Big(\frac R\gamma\Big)^2\qquad R=\max_i\lVert(x_i,1)\rVert")
st.latex(r"\gamma=\max_{\lVert(w,b)\rVert=1}\;\min_i\;y_i\,(w\cdot x_i+b)")
st.markdown(
    "Switch the step to a **sigmoid**, and the neuron answers in degrees between 0 and 1. Then every example pulls, the more "
    "the worse its answer, and the rule is gradient descent on the cross-entropy. It comes to rest where no line is perfect:"
)
st.latex(r"\sigma(s)=\frac1{1+e^{-s}}\qquad w\leftarrow w+\eta\,\big(t-\sigma(s)\big)\,x")
st.caption(
    "x: inputs, xᵢ those of example i · w: weights · b: bias (moves like a weight whose input is 1) · s: sum · t: class, 0 or 1 · y: class as −1 or +1 · η: learning rate"
)

st.header("Two layers solve exclusive or")
st.markdown(
    "One line cannot part the corners of exclusive or, but two lines and a neuron that combines them can. The biases are "
    "set: −0.5 for the first neuron, −1.5 for the second, −0.5 for the answer. **Set the six weights.** One idea: the first "
    "neuron fires when at least one input is 1 (OR), the second only when both are (AND), and the answer is the first "
    "without the second."
)
sketch("two_layers", sketch_data(), key="two layers")

st.header("Rules against examples")
st.markdown(
    "Before machines learned, people wrote rules. Write up to four yourself on two measurements of a real table; the first "
    "that fits decides. Then compare with what a neuron learns from the training examples alone."
)
rules_by_hand()

st.header("Try this")
preset_links(PRESETS, "perceptron", goals_reached("perceptron", PRESETS))

st.header("The code that just ran")
code_of(
    "perceptron",
    config,
    "The rule is a few lines. This is the same run with PyTorch tensors: same examples, same order, same numbers.",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **The line turns for ever**: no line parts the points. The page says so, and names the circle when the same "
        "weights come back.\n"
        "- **It takes thousands of mistakes**: the margin is narrow beside the length of the examples. Scale the inputs.\n"
        "- **The learning rate changes nothing**: a step neuron that starts at zero only has all its weights scaled by it.\n"
        "- **No bias**: without the 1 as an input every line would have to go through the origin.\n"
        "- **With the sigmoid the line jumps about**: the learning rate is too large. Divide it by ten.\n"
        "- **All training points right, and still errs later**: any line that parts them ends the run, however close it lies "
        "to a point. Support vector machines look for the one with the widest margin."
    )
sources("perceptron")
st.page_link("pages/activations.py", label="Next: Activations", icon=":material/arrow_forward:")
