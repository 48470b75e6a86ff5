"""Explain: which pixels made the network answer so, and which explanation of that can be believed?"""

import streamlit as st

from components.code import code_of
from components.controls import controls, preset_links
from components.experiment import experiment, goals_reached
from components.explain import ablation, one_picture, sanity_check, studied, with_own_network
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from models.explain import PRESETS, Config, estimate_seconds

#: Settings of the small network: another one is trained already.
OF_THE_SMALL = ("dataset", "mark", "channels", "epochs", "learning_rate", "seed")

opening("explain")
predict(
    "explain",
    "Four methods each mark the pixels that made a network read a 7. How can you tell which of them is right?",
    ("the one that looks most sensible", "delete the marked pixels and see", "the one they agree on"),
    "delete the marked pixels and see",
    "A map can please the eye and still say nothing about the network: outlines of the picture please everybody. If the marked "
    "pixels are what the network uses, its answer must collapse as soon as they are gone.",
)

st.header("Explain a network, picture by picture")
st.markdown(
    "The run trains a small network, then explains one test picture after another in four ways. **Gradient**: how would the "
    "score change with each pixel? **Integrated gradients**: the same, summed up on the way from a blank picture. "
    "**Occlusion**: cover a spot and see what is lost. **Grad-CAM**: weigh the last block's maps. Then the test: pixels are "
    "deleted, the most important first, and the sooner the **deletion curve** falls, the more faithful the explanation."
)


def experiment_and_settings() -> tuple[Config, Config | None]:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        settings = controls(
            Config, presets=PRESETS, hide=OF_THE_SMALL if st.session_state.get("explain: own") else ()
        )
    with view:
        config = with_own_network(settings)
        if config is not None:
            experiment("explain", config, seconds=estimate_seconds)
    return settings, config


settings, config = drawn_by_itself(experiment_and_settings)

st.header("Ask for yourself")
st.markdown(
    "Choose a test picture, and the question: *why 7?* or *why 7 **and not** 1?* Then delete what a method points at, "
    "by the slider or the diamond, and watch the answer go."
)
by_hand = st.container()  # it asks a worker, and the rest of the page need not wait for that

st.header("Does the map show the network, or only the picture?")
st.markdown(
    "A sanity check: make the network's layers random, from the answer downwards. What it has learned is destroyed, so its "
    "explanations must change. A map that stays the same was never about the network. A plain edge finder is shown beside "
    "them: it asks no network at all."
)
check = st.container()

st.header("Switch neurons off and see what breaks")
st.markdown(
    "Explanations point; **ablation** tries. Press channels of a block to switch them off, or to freeze them at their mean, so "
    "that they no longer say anything about the picture. Which classes break? How many channels can go before any does?"
)
cut = st.container()

st.header("In symbols")
st.latex(r"\text{gradient: } \Big|\frac{\partial f}{\partial x_i}\Big|")
st.latex(r"\text{integrated: } (x_i-x^0_i)\int_0^1\!\frac{\partial f(x^\alpha)}{\partial x_i}\,d\alpha")
st.latex(r"x^\alpha=x^0+\alpha(x-x^0)")
st.latex(r"\text{occlusion: } f(x)-f(x\text{ with a window blank})")
st.latex(r"\text{Grad-CAM: } \max\Big(0,\sum_k \bar a_k A^k\Big)")
st.latex(r"\bar a_k=\text{mean of }\frac{\partial f}{\partial A^k}")
st.latex(r"\text{completeness:}")
st.latex(r"\sum_i \text{integrated}_i = f(x)-f(x^0)")
st.caption(
    "f: the score explained, a class's logit, or its lead over another's · xᵢ: a pixel · x⁰: the blank picture · α: how far on the way "
    "from blank to picture · Aᵏ: map k of the last block. Area under the deletion curve: mean probability of the class while "
    "ever more pixels are deleted."
)

st.header("Try this")
preset_links(PRESETS, "explain", goals_reached("explain", PRESETS))

st.header("The code that just ran")
code_of(
    "explain",
    config or settings,
    "The same run as a script: it trains the network (or takes yours along), explains with Captum, and prints the same numbers.",
)

with st.expander("Pitfalls"):
    st.markdown(
        "- **Sensible is not faithful**: a map may please because it looks like the picture. Test it.\n"
        "- **A deleted pixel is a choice too**: black, grey and blurred blanks give other maps and other verdicts, and a "
        "half-deleted picture is unlike any the network has seen. Compare with deleting at random, under the same blank.\n"
        "- **A sure network has hardly any gradient**: where the answer is saturated, the plain gradient misses even what decides "
        "it. Integrated gradients look at the way there.\n"
        "- **One picture proves little**: look at the mean over many, and at its error bar.\n"
        "- **Grad-CAM is coarse**: it knows no more places than the last block has.\n"
        "- **Switching one channel off may change nothing**: others carry the same. Switch off several."
    )
sources("explain")
st.page_link("pages/attack.py", label="Next: Attack your own network", icon=":material/arrow_forward:")

with by_hand:
    network = studied(config)
    if network is not None:
        one_picture(network, settings)
if network is not None:
    with check:
        sanity_check(network, settings)
    with cut:
        ablation(network)
