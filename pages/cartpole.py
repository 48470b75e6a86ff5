"""CartPole: a policy that is told only how long the pole stood learns which way to push."""

import streamlit as st

from components.balanced import balance_by_hand
from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import following, opening, predict, sources
from models.cartpole import estimate_seconds
from models.cartpole_settings import PRESETS, Config

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("cartpole")
with question:
    predict(
        "cartpole",
        "Pushing at random, the pole is down after about 22 steps. How long does it stand if the cart is always pushed towards "
        "the side to which the pole leans?",
        ("about 10 steps", "about 40 steps", "all 500 steps"),
        "about 40 steps",
        "The cart gets under the pole, but too late and too fast: the pole swings over to the other side, each time further. "
        "It takes the velocities too, and how much of each is what the policy learns. Try it yourself further down.",
    )


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    ppo = about_to_be(Config, "learner") == "ppo"
    with side:
        config = controls(Config, presets=PRESETS, hide=["baseline"] if ppo else [])
    with view:
        st.caption(
            "Each **Step** (→) is one update: play a batch, learn from it once. Blue pushes right, orange left. Gravity, pole and "
            "force may be changed **while it trains**."
        )
        experiment("cartpole", config, seconds=estimate_seconds, unit="update")
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("Balance it yourself")
st.markdown(
    "The same cart, pole and limits as the agent’s, with the gravity, length and force set above. Each step lasts 0.02 s, so "
    "at 1× a full episode of 500 steps takes ten seconds."
)
balance_by_hand(config)

st.header("How an action gets its credit")
st.markdown(
    "The **policy** π gives each push a chance, from four numbers: place and velocity of the cart, angle and angular velocity "
    "of the pole. Every step that the pole stands earns 1. The **return** G adds up what came after an action, a reward one "
    "step later worth γ times as much. The **baseline** b says what was to be expected anyway; what is left is the "
    "**advantage** A. Actions with a positive one are made likelier, the others less likely:"
)
st.latex(r"G_t = \sum_{k\ge 0}\gamma^k\,r_{t+k} \qquad A_t = G_t - b(s_t)")
st.latex(r"\theta \leftarrow \theta + \alpha\,\frac1n\sum_t A_t\,\nabla_\theta\log\pi_\theta(a_t\mid s_t)")
st.latex(r"{}+\;\alpha\,\beta\,\nabla_\theta H(\pi_\theta)")
st.markdown(
    "Nobody needs to know how the cart moves: only the chances are differentiated, never the game. For two pushes the slope is "
    "as simple as can be. With p the chance of “right” and a = 1 for right, 0 for left:"
)
st.latex(r"\frac{\partial \log\pi(a\mid s)}{\partial\,\text{log-odds of right}} = a - p")
st.markdown(
    "A baseline that does not look at the action changes the gradient by nothing on average, for the slopes of all chances add "
    "up to 0; it only takes noise away. With a learned value V, λ < 1 trusts V after some steps instead of the rest of the "
    "episode. PPO goes over each batch several times and ignores what a chance gains beyond 1 ± 0.2 of its old size:"
)
st.latex(r"A_t=\sum_{k\ge 0}(\gamma\lambda)^k\,\delta_{t+k}")
st.latex(r"\delta_t = r_t+\gamma V(s_{t+1})-V(s_t)")
st.latex(r"\max_\theta\;\mathbb{E}\big[\min(\rho_t A_t,\;\text{clip}(\rho_t,\,0.8,\,1.2)\,A_t)\big]")
st.latex(r"\rho_t=\frac{\pi_\theta(a_t\mid s_t)}{\pi_\text{old}(a_t\mid s_t)}")
st.caption(
    "θ: weights of the policy · s, a, r: state, action, reward · n: steps in the batch · α: learning rate · γ: discount · "
    "ρ: chance now over chance when played · β: entropy bonus · H: entropy, −Σ π log π · V: learned value · λ: how far the advantage looks"
)

st.header("Try this")
preset_links(PRESETS, "cartpole", goals_reached("cartpole", PRESETS))

st.header("The code that just ran")
code_of(
    "cartpole",
    config,
    "The game is written by hand and equals Gymnasium’s CartPole-v1 step for step. This is the same run as one script: same "
    "seed, same episodes, same final numbers.",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **It learns, and falls back to ten steps**: a step was too large. A policy makes its own data, so one bad step spoils "
        "the next batch too. Lower the learning rate; PPO exists for this.\n"
        "- **The entropy drops to 0 early**: it stopped trying. What is never tried earns nothing; a small entropy bonus helps.\n"
        "- **The curve is all zigzags**: too few episodes in a batch, or no baseline. Look at the agreement of the halves.\n"
        "- **γ too small**: the return ends before the fall does. The pole needs about 20 steps to fall: look at least that far.\n"
        "- **“Solved” while it learns looks worse**: the test takes the likelier push every time; learning throws the dice.\n"
        "- **One lucky seed**: always try several. Here most seeds do well; in harder games they do not."
    )
sources("cartpole")
following("cartpole")
