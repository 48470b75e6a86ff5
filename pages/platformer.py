"""Platformer: an agent learns to run, jump and dodge its way to a flag, in levels that the learner paints."""

import streamlit as st

from components.code import code_of
from components.controls import controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.platformer import end_painting, level_editor, play_by_hand, settings_without_use
from models.platformer import estimate_seconds
from models.platformer_presets import PRESETS
from models.platformer_settings import Config

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("platformer")
with question:
    predict(
        "platformer",
        "The agent gets a little for every tile to the right and for coins, and loses two points when it dies. It starts by "
        "pressing keys at random. What will it have learned first?",
        ("to wait, so as not to die", "to run right, into the first pit", "to collect coins"),
        "to run right, into the first pit",
        "Running right pays at every step, so it is found first; the pit costs two points once. Only when the chances are that "
        "a jump at the edge is tried, and pays, does it learn to jump. Watch the deaths move to the right as it trains.",
    )

st.header("Play it yourself")
st.markdown(
    "This is the game that the agent plays, with the rewards that it gets. It runs on the server; nothing of your game is used "
    "to train the agent. Choose **a trained agent** to watch one that knows the level, or to race it."
)
by_hand = st.container()

st.header("Watch an agent learn it")


def experiment_and_settings() -> Config:
    end_painting()
    view, side = st.columns([3, 1], gap="medium")
    with side:
        config = controls(Config, presets=PRESETS, hide=settings_without_use())
    with view:
        st.caption(
            "Each **Step** (→) is one update: play a batch in many copies of the game at once, then learn from it. The games below "
            "are the agent’s newest. Rewards and the level may be changed **while it trains**."
        )
        experiment("platformer", config, seconds=estimate_seconds, unit="update")
    return config


config = drawn_by_itself(experiment_and_settings)
with by_hand:
    play_by_hand(config)

st.header("Paint the level")
st.markdown(
    "What you paint is where the agent trains from now on, even while it trains, and it is in the link. A level needs one "
    "start, one flag to the right of it, and floor under the start."
)
level_editor(config)

st.header("State → action → new frame → reward")
st.markdown(
    "Fifteen times a second the agent gets a **state** s: a window of tiles around it and its own speed. Its network answers "
    "with a chance for each of seven **actions** a, one is drawn, and the game goes on for four frames of 1/60 s. Then comes "
    "the **reward** r, the sum of what happened times what each is worth. An episode ends at the flag, with a death, after 40 s "
    "of game, or after 6 s without getting further:"
)
st.latex(
    r"""\begin{aligned}r_t={}&w_\text{progress}\,\Delta x+w_\text{time}\,\Delta t\\
    &+w_\text{coin}\,n_\text{coins}+w_\text{stomp}\,n_\text{stomps}\\
    &+w_\text{death}\,[\text{died}]+w_\text{flag}\,[\text{flag}]\end{aligned}"""
)
st.markdown(
    "The **return** is all reward to come, one step later worth γ times as much. A second output of the network, the "
    "**value** V(s), guesses it. The **advantage** A says how much better an action turned out than that guess:"
)
st.latex(r"\hat A_t=\sum_{k\ge 0}(\gamma\lambda)^k\,\delta_{t+k}")
st.latex(r"\delta_t=r_t+\gamma\,V(s_{t+1})-V(s_t)")
st.markdown(
    "**PPO** makes actions with a positive advantage likelier, but not by much at once: the policy made its own data, and a "
    "policy far from it would be judged by games that it would never play. So the gain from changing a chance beyond "
    "1 ± ε of what it was is **clipped** off:"
)
st.latex(r"\rho_t=\frac{\pi_\theta(a_t\mid s_t)}{\pi_\text{old}(a_t\mid s_t)}")
st.latex(r"g_t=\min\big(\rho_t\hat A_t,\;\text{clip}(\rho_t,1-\varepsilon,1+\varepsilon)\,\hat A_t\big)")
st.markdown(
    "What is made as large as possible adds the value’s error, as a minus, and a bonus for staying undecided:"
)
st.latex(
    r"L(\theta)=\hat{\mathbb{E}}_t\Big[g_t-c_V\big(V_\theta(s_t)-\hat R_t\big)^2+\beta\,H(\pi_\theta)\Big]"
)
st.caption(
    "s, a, r: state, action, reward · w: what each thing is worth (the reward sliders) · Δx: tiles to the right · Δt: seconds · "
    "[ ]: 1 if so, else 0 · γ: discount · λ: how far the advantage looks · V: value · R̂ = A + V: the return it should have "
    "guessed · π: chances of the actions · ρ: how much likelier than before · ε: 0.2 · g: gain of one step · β: entropy bonus · "
    "H: entropy · c_V: weight of the value’s error · θ: weights of the network · Ê: mean over the batch, whose advantages are "
    "scaled to mean 0 and spread 1"
)
st.markdown(
    "**A2C** is the same with one pass over each batch and nothing clipped. **DQN** has no policy: it learns a value "
    "Q(s, a) for every action, takes the largest, and now and then one at random; old games are kept and learned from again."
)
st.markdown(
    "**Why time costs something.** Without it, a second spent standing costs nothing but the discount, and death costs two "
    "points: standing still is safe. A small price per second makes every wait a loss, so that going on pays even when it is "
    "dangerous. Make it large, and dying early becomes the cheapest way out.\n\n"
    "**It does what pays, not what you meant.** Pay for coins and not for the flag, and the flag is nothing to it: it goes "
    "where coins are. That is *reward hacking*, and it is no mistake of the agent.\n\n"
    "**One level learned is one level known.** An agent that always plays the same level may learn it by heart: jump here, "
    "run there. Whether it has understood pits shows in levels that it has never seen. Train on one made-up level, then on "
    "sixty-four, and compare the dashed curve."
)

st.header("Try this")
preset_links(PRESETS, "platformer", goals_reached("platformer", PRESETS))

st.header("The code that just ran")
code_of(
    "platformer",
    config,
    "The game, the training and the final numbers of this very run as one script. Same seed, same games.",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **It stands at the start or before a pit**: waiting is safe. Raise the price of time, or lower that of death.\n"
        "- **It runs into the same pit for ever**: its chances of jumping have gone to 0 before a jump ever paid. Look at the "
        "entropy; raise the entropy bonus, or begin again with another seed.\n"
        "- **It reached the flag and falls back**: the learning rate is high for a policy that makes its own data. Halve it, "
        "and look at the share that is clipped.\n"
        "- **It walks back and forth**: some reward can be had again and again. Look at what the reward is made of.\n"
        "- **Pixels learn much more slowly than tiles**: first it has to learn to see.\n"
        "- **Good in training, bad in new levels**: it saw too few. Give it more levels, not more updates.\n"
        "- **Reward is not success**: after you change the reward sliders, rewards before and after cannot be compared. The "
        "share that reaches the flag can."
    )
sources("platformer")
