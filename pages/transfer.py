"""Transfer: a network that has learned one task learns another from a handful of pictures."""

import streamlit as st

from components.bodies import bodies
from components.cheaper_networks import cheaper_networks
from components.code import code_of
from components.controls import controls, preset_links
from components.downloads import downloads
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.own_pictures import own_pictures
from models.transfer import PRESETS, Config, estimate_seconds
from models.transfer_settings import DESCRIPTIONS

opening("transfer")
predict(
    "transfer",
    "A network has learned cars, lorries, buses and horses. Now it gets five pictures each of bicycles, giraffes and zebras. "
    "Which learner tells new pictures of them best?",
    (
        "one that starts from scratch",
        "one that keeps what it has learned",
        "all alike, for all get the same pictures",
    ),
    "one that keeps what it has learned",
    "Edges, wheels and legs are useful for the new classes too. Fifteen pictures are too few to find them anew, but enough "
    "to learn how to combine them.",
)

st.header("Three learners, the same few pictures")
st.markdown(
    "First a network learns one task with plenty of pictures. Then **three learners** get the same few pictures of new "
    "classes, in the same order: one starts **from scratch**; one keeps the learned body **frozen** and trains a new last "
    "layer; one **fine-tunes** it all."
)


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        config = controls(Config, presets=PRESETS)
        chosen = bodies(config)
    with view:
        st.caption(DESCRIPTIONS[config.dataset])
        used = None
        if chosen is not None:
            used = own_pictures(chosen, "transfer") if chosen.dataset == "own" else downloads(chosen)
        if used is not None:
            config = used
            experiment("transfer", config, seconds=estimate_seconds, picked=("picture",))
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("Teach it your own classes")
st.markdown(
    "Choose **Your own pictures** in the settings, name two or more classes, and add pictures of each, from files or with the "
    "camera. The drawings are the first task then; training takes seconds. When it has ended, “Show it something” "
    "above answers live: to the camera, to a file, or to what you draw."
)
if config.dataset != "own":
    st.button(
        "Use my own pictures", key="transfer: own", on_click=lambda: st.session_state.update(dataset="own")
    )

st.header("In symbols")
st.latex(r"\text{logits}=W\,b_\theta(x)+c")
st.latex(
    r"\theta_{\text{scratch}}\leftarrow\text{random},\quad\theta_{\text{frozen}}=\theta_{\text{fine-tuned}}\leftarrow\theta^{*}"
)
st.latex(r"W\leftarrow W-\eta\,\partial L/\partial W")
st.latex(
    r"\theta\leftarrow\theta-\begin{cases}\eta\,\partial L/\partial\theta&\text{from scratch}\\0&\text{frozen}\\"
    r"\lambda\,\eta\,\partial L/\partial\theta&\text{fine-tuned}\end{cases}"
)
st.caption(
    "b: body, from picture x to features · θ: its weights, θ* after the first task · W, c: head · L: cross-entropy of the few "
    "pictures · η: learning rate · λ: the body's share of it. Adam takes the place of the plain gradient step."
)

st.header("Try this")
preset_links(PRESETS, "transfer", goals_reached("transfer", PRESETS))

st.header("Cheaper networks")
st.markdown(
    "A trained network can be made smaller. **Int8 quantisation** writes each weight as a whole number from −128 to 127, "
    "times one scale for the layer. **Pruning** sets the weights that are nearest to 0 to 0. What do size, time and accuracy "
    "say?"
)
cheaper_networks("transfer")

st.header("The code that just ran")
code_of(
    "transfer",
    config,
    "This is the same run in plain PyTorch: both tasks, the three learners of every repetition, and the same final numbers.",
)

with st.expander("Pitfalls"):
    st.markdown(
        "- **One draw of pictures proves nothing**: with five pictures per class accuracy moves by ten points from draw to draw. "
        "Repeat, and look at the band.\n"
        "- **Choosing by the test pictures**: whoever tunes the learning rate on them has no test any more.\n"
        "- **Fine-tuning with the full rate** can wash out what was learned, before the new head makes sense.\n"
        "- **Batch normalisation** keeps running means: frozen features must be computed in evaluation mode.\n"
        "- **A source that is too far away** helps little: features of photographs say little about spectra.\n"
        "- **Pruned is not faster**: unless whole channels go, or the hardware skips zeros, every zero is multiplied."
    )
sources("transfer")
st.page_link("pages/gridworld.py", label="Next: Gridworld", icon=":material/arrow_forward:")
