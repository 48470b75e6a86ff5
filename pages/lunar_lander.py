"""Lunar lander: a policy that is told only rewards learns to set a lander down between two flags."""

import streamlit as st

from components.code import code_of
from components.controls import controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import following, opening, predict, sources
from models.lunar_lander import estimate_seconds
from models.lunar_lander_settings import PRESETS, Config

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("lunar_lander")
with question:
    predict(
        "lunar_lander",
        "Firing engines at random earns about −180 and crashes every time. What will a learner be good at first, long before it "
        "lands?",
        ("landing hard", "hovering for as long as it is let", "saving fuel"),
        "hovering for as long as it is let",
        "Touching the ground has always cost it 100, and staying up costs only fuel. So it first learns to stay away from the "
        "ground; that standing still there earns 100 it has to find out by chance. Watch the flights that are cut off.",
    )


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        config = controls(Config, presets=PRESETS)
    with view:
        st.caption(
            "Each **Step** (→) is one update: fly, learn from it once. ● landed, ✕ crashed, ◆ cut off after 1000 steps, ▶ flew "
            "away. Gravity and wind may be changed **while it trains**."
        )
        experiment("lunar_lander", config, seconds=estimate_seconds, unit="update")
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("What is rewarded")
st.markdown(
    "The policy sees eight numbers: place, speed, tilt and turning, and whether each leg touches the ground. Nobody tells it "
    "where the pad is or what an engine does. Each step earns what has become better since the one before, less the fuel:"
)
st.latex(r"r_t = \Phi(s_{t+1}) - \Phi(s_t) - 0.3\,[\text{main engine}] - 0.03\,[\text{side engine}]")
st.latex(r"\Phi(s) = -100\,\lVert p\rVert - 100\,\lVert v\rVert - 100\,|\varphi| + 10\,(l_1 + l_2)")
st.markdown(
    "The last step earns **+100** instead when the lander has come to rest, anywhere, and **−100** when its body touches the "
    "ground or it leaves the picture. Φ is a **potential**: over a flight its steps add up to Φ at the end less Φ at the start, "
    "so going round in circles earns nothing. Such a hint that comes early is called shaping. If each step counted γ Φ(s′) − "
    "Φ(s), it could never change which policy is best (Ng, Harada & Russell 1999); here γ is left out, so with γ < 1 "
    "that holds only nearly."
)
st.caption(
    "p: place, 0 at the pad and 1 at the edge of the picture · v: speed · φ: tilt in rad · l: 1 for a leg on the ground, else 0 · "
    "a flight is cut off after 1000 steps, 20 seconds of the game"
)

st.header("How it learns")
st.markdown(
    "Exactly as on CartPole’s page, with the same code: each action is made likelier or less likely by its **advantage**, how "
    "much better things went than the learned value V expected. Only the game is another, with four actions instead of two:"
)
st.latex(r"\theta \leftarrow \theta + \alpha\,\frac1n\sum_t A_t\,\nabla_\theta\log\pi_\theta(a_t\mid s_t)")
st.latex(r"{}+\;\alpha\,\beta\,\nabla_\theta H(\pi_\theta)")
st.latex(r"A_t=\sum_{k\ge 0}(\gamma\lambda)^k\big(r_{t+k}+\gamma V(s_{t+k+1})-V(s_{t+k})\big)")
st.markdown(
    "γ decides how far away the +100 of a landing can be felt: from a hundred steps before, it is worth 0.99¹⁰⁰ ≈ 37 at γ = 0.99, "
    "and 0.0027 at γ = 0.9. PPO goes over each batch several times, and lets no chance move far at once."
)
st.caption(
    "θ: weights of the policy · α: learning rate · n: steps in the batch · β: entropy bonus · H: entropy, −Σ π log π · "
    "γ: discount · λ: how far the advantage looks beyond V"
)
st.page_link("pages/cartpole.py", label="Where this comes from: CartPole", icon=":material/balance:")

st.header("Try this")
preset_links(PRESETS, "lunar_lander", goals_reached("lunar_lander", PRESETS))

st.header("The code that just ran")
code_of(
    "lunar_lander",
    config,
    "The game is Gymnasium’s LunarLander-v3. This is the same run as one script: same seed, same flights, same final numbers.",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **It hovers for ever**: staying up is a safe place to be stuck. Train on, raise γ, keep a small entropy bonus.\n"
        "- **It lands, and then crashes again**: a policy makes its own data, so one bad step spoils the next batch too. Lower the "
        "learning rate, or fly more for each update.\n"
        "- **The entropy drops to 0 early**: what is never tried earns nothing.\n"
        "- **γ too small**: the landing is too far away to be seen.\n"
        "- **It lands beside the pad**: coming to rest earns its +100 anywhere; only the distance tells where.\n"
        "- **Twenty flights are few**: the mean return swings by ±20 from luck alone. “Solved” is asked of 100 others.\n"
        "- **One lucky seed**: try several; they differ more here than on CartPole."
    )
sources("lunar_lander")
following("lunar_lander")
