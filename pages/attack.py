"""Attack: a change too small to see, aimed by the network's own gradient, makes it see something else."""

import streamlit as st

from components.attacked import attack_by_hand, whose_network
from components.code import code_of
from components.controls import controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from models.attack import PRESETS, Config, estimate_seconds
from models.cnn_settings import DESCRIPTIONS

opening("attack")
predict(
    "attack",
    "A network reads 98 of 100 digits. Every pixel of each digit moves by a fifth of the way from black to white: once up "
    "or down at random, once in the direction that the network's own gradient names. How many does it still read?",
    ("about 95 both times", "about 90, and about 10", "about 50 both times"),
    "about 90, and about 10",
    "Random pushes cancel out in the sums that the network makes. Chosen ones all add up. Below you can do both by hand, to "
    "one digit and then to all of them.",
)

st.header("By hand")
st.markdown(
    "Choose a picture and move ε, the **size** of the change: how far a pixel may go, where black is 0 and white is 1. "
    "**FGSM** asks the gradient once: which way must each pixel move so that the loss grows? **PGD** asks again after every "
    "small step. **Targeted** attacks walk the other way, downhill towards a wrong answer of your choice. Noise asks nobody."
)
by_hand = st.container()

st.header("All test pictures")
st.markdown(
    "One picture proves little. This trains a network and attacks its test pictures at nine sizes while it learns. Then turn "
    "on **adversarial training**: once the network is trained it goes on, with every batch attacked first, and the "
    "curve is measured again."
)


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        whom = st.segmented_control(
            "Network to attack",
            ("new", "own"),
            default="new",
            required=True,
            format_func={"new": "A new network", "own": "One of yours"}.__getitem__,
            key="attack whom",
        )
        unused = ("dataset", "test_fraction", "channels", "dense", "batch_norm") if whom == "own" else ()
        config = controls(Config, presets=PRESETS, hide=unused)
    with view:
        st.caption(
            "Your own network and its own pictures." if whom == "own" else DESCRIPTIONS[config.dataset]
        )
        used = whose_network(config, str(whom))
        if used is not None:
            config = used
            experiment("attack", config, seconds=estimate_seconds, picked=("picture",))
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("In symbols")
st.latex(r"\text{FGSM: } x'=\text{clip}\big(x+\varepsilon\,\text{sign}\,\nabla_{\!x}\,J(\theta,x,y)\big)")
st.latex(r"\text{targeted: } x'=\text{clip}\big(x-\varepsilon\,\text{sign}\,\nabla_{\!x}\,J(\theta,x,t)\big)")
st.latex(
    r"\text{PGD: } x^{k+1}=\Pi_{\varepsilon}\big(x^{k}+\alpha\,\text{sign}\,\nabla_{\!x}\,J(\theta,x^{k},y)\big)"
)
st.latex(r"\text{adversarial training:}")
st.latex(r"\min_\theta\;\mathbb{E}\Big[\max_{\|\delta\|_\infty\le\varepsilon}J(\theta,x+\delta,y)\Big]")
st.caption(
    "x: pixels from 0 to 1 · y: true class · t: target · J: cross-entropy · θ: the network's parameters · ε: size, the most "
    "that any pixel moves · α: a step of PGD · Π: back to within ε of x · δ: the change · clip: back to 0 … 1"
)
st.markdown(
    "Why it works: a neuron sums w·x over all pixels. A change of ε·sign(w) moves that sum by **ε times the sum of all |w|**, "
    "and this grows with the number of pixels, however small ε is; a random change moves it by only about its square root."
)

st.header("Try this")
preset_links(PRESETS, "attack", goals_reached("attack", PRESETS))

st.header("The code that just ran")
code_of(
    "attack",
    config,
    "The attacks are a few lines each and stand in the script in full: same pictures, same seed, same final numbers.",
)

with st.expander("Pitfalls"):
    st.markdown(
        "- **Measured with FGSM only**: adversarial training with a single step can learn to mislead that step. Always "
        "measure with PGD too; the page warns when the two part.\n"
        "- **“Robust” without an ε**: a network is robust against changes of a size and a kind, never as such.\n"
        "- **The attack sees a defence that hides gradients**: rounding or noise in the network breaks the gradient, not the "
        "weakness; a better attack goes around it (Athalye et al. 2018).\n"
        "- **ε on scaled inputs**: here ε is in pixels from 0 to 1, before the network's own scaling. Elsewhere it may be in "
        "grey levels or standard deviations; compare only like with like.\n"
        "- **A large ε**: at 0.5 every picture can be made grey. What is lost then is the picture, not the network."
    )
sources("attack")
st.page_link("pages/transfer.py", label="Next: Transfer", icon=":material/arrow_forward:")
with (
    by_hand
):  # at the end: its first showing trains a network, and the rest of the lesson need not wait for that
    attack_by_hand()
