"""Backpropagation: the chain rule on a graph of simple operations, with the numbers on its edges."""

import streamlit as st

from components.code import code_of
from components.computational_graph import (
    agreement,
    expression_box,
    graph_sketch,
    read_expression,
    three_columns,
)
from components.controls import controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.sketch import sketch
from models import chain
from models.backpropagation import PRESETS, Config, estimate_seconds
from models.backpropagation_graphs import GRAPHS, network_text

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("backpropagation")
with question:
    predict(
        "backpropagation",
        "A value h is used in two places, a and b, and the result is a + b. What gradient does h get?",
        ("that of the larger one", "the sum of both", "the mean of both"),
        "the sum of both",
        "Each use passes its own gradient back, and they add up: a small change of h changes the result by way of both. "
        "See it in “A value used twice”: the two numbers on the edges that leave x add up in its box.",
    )

lesson = st.container()  # the graph comes first, but it may be that of the network whose settings stand below

st.header("A network that learns with this engine")
st.markdown(
    "The same arithmetic, again and again: every step builds the graph of a few examples, walks back through it and moves "
    "each weight against its gradient. Nothing but the engine above, scalar by scalar. “The network below” in the list of "
    "graphs shows one example of it, with its first weights."
)


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        config = controls(Config, presets=PRESETS, known=("expression",))
    with view:
        experiment("backpropagation", config, seconds=estimate_seconds)
    return config


config = drawn_by_itself(experiment_and_settings)

with lesson:
    own = network_text(config)
    text = expression_box(GRAPHS | ({"network": ("The network below", own)} if own else {}))
    graph = read_expression(text)
    if graph is not None:
        graph_sketch(text, graph)
    st.header("Three ways to the same gradient")
    st.markdown(
        "**This engine** applies the chain rule. **torch.autograd** is what you will use in practice. **Central differences** "
        "know no derivative at all: they move a variable a little up and down and see how the result changes."
    )
    columns = st.container()
    agreement()

    st.header("Vanishing through depth")
    st.markdown(
        "A gradient that crosses many neurons is multiplied at each by its weight and the slope of its activation. The slope of "
        "a sigmoid is at most ¼, so even a weight of 1 shrinks it to a quarter or less, thirty times over."
    )
    sketch(
        "chain",
        {
            "activations": chain.ACTIVATIONS,
            "max_depth": chain.MAX_DEPTH,
            "max_weight": chain.MAX_WEIGHT,
        },
        key="chain",
    )

    st.header("The rule in symbols")
    st.latex(
        r"\frac{\partial L}{\partial u} = \sum_{v\ \text{uses}\ u} \frac{\partial L}{\partial v}\cdot\frac{\partial v}{\partial u}"
        r"\qquad w \leftarrow w - \eta\,\frac{\partial L}{\partial w}"
    )
    st.caption(
        "L: the result, in a network the loss · u: any value in the graph · v: the values computed directly from u · "
        "∂v/∂u: the local derivative · w: a weight · η: learning rate. One pass back costs about as much as one pass "
        "forwards, however many weights there are; central differences cost two passes for every single weight."
    )
if graph is not None:
    with columns:
        three_columns(text, graph)

st.header("Try this")
preset_links(PRESETS, "backpropagation", goals_reached("backpropagation", PRESETS))

st.header("The code that just ran")
code_of(
    "backpropagation",
    config,
    "The page trains with the engine written by hand, one scalar at a time. This is the same run with torch's autograd and "
    "SGD: same points, same first weights, and the same final numbers up to the last digits.",
)

with st.expander("When the gradient is not what you expected"):
    st.markdown(
        "- **It is 0 everywhere**: a ReLU is below zero, a neuron is saturated, or a weight ahead is 0: a product with 0 "
        "passes nothing on.\n"
        "- **It is not a number**: a division by zero, a logarithm of 0 or less, or a number too large for the computer; the "
        "sentence below the graph names the node.\n"
        "- **It is twice what you expected**: the value is used twice, and its gradients add up. In PyTorch the same "
        "happens when `zero_grad()` is forgotten: gradients add up over steps.\n"
        "- **The loss rises although you followed the gradient**: it only describes the immediate neighbourhood; take a "
        "smaller step.\n"
        "- **All neurons of a layer stay alike**: they began alike, and equal neurons get equal gradients."
    )
sources("backpropagation")
st.page_link(
    "pages/mlp.py",
    label="Next: whole networks, with vectors in place of scalars",
    icon=":material/arrow_forward:",
)
