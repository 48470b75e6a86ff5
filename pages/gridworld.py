"""Gridworld: an agent finds its way to a goal, with the rules of its world known or by trial and error."""

import streamlit as st

from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.second_setting import second_config
from components.worlds import world_choice
from models.gridworld_presets import PRESETS
from models.gridworld_settings import PLANNERS, Config

EPISODES_PER_SECOND = 10
TRIED = ("epsilon", "alpha", "decay", "initial_value")  # settings of methods that learn by trying

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("gridworld")
with question:
    predict(
        "gridworld",
        "The shortest way to the goal runs along a cliff. An agent that stumbles now and then practises there for hours, and "
        "learns from every move it really makes (SARSA). Which way will it prefer?",
        ("along the cliff", "one row away", "far away from it"),
        "far away from it",
        "Its own stumbling is part of what it learns: near the edge one stumble costs 100, so a few more moves are cheap. "
        "Q-learning learns what the best moves would be worth, stumbles left out, and walks along the edge. Try both below.",
    )


def drawn(config: Config, page: str, title: str) -> None:
    experiment(
        "gridworld",
        config,
        page=page,
        title=title,
        picked=("painted",),
        seconds=lambda config: config.epochs / EPISODES_PER_SECOND,
        speed=EPISODES_PER_SECOND,
        unit="sweep" if config.method in PLANNERS else "episode",
    )


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    method = about_to_be(Config, "method")
    used = {
        **dict.fromkeys(TRIED, method not in PLANNERS),
        "planning": method == "q_learning",
        "evaluation_sweeps": method == "policy_iteration",
    }
    with side:
        place = st.container()
        config = controls(Config, presets=PRESETS, hide=[name for name, shown in used.items() if not shown])
        with place:
            world_choice(config)
    with view:
        st.caption(
            "**S** start, **G** goal, **P** pit, **C** cliff; small arrows in a corner are wind. **Step** (→) makes one "
            + ("sweep over all cells." if method in PLANNERS else "move, **One episode** goes on to its end.")
        )
        names = ("method", "gamma", *(() if method in PLANNERS else TRIED), "seed")
        second = second_config(config, names, "gridworld", "Both live in this world and believe nothing yet.")
        drawn(config, "gridworld", "First" if second is not None else "")
        if second is not None:
            drawn(second, "gridworld-second", "Second")
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("What a cell is worth")
st.markdown(
    "The agent stands in a cell **s**, takes an action **a**, lands in **s′** and gets a reward **r**. A reward that comes "
    "one move later counts only γ times as much. The **value** of a cell is all reward to come, discounted like this. So a "
    "cell is worth the reward of its best move plus γ times what the next cell is worth. That is **Bellman’s equation**:"
)
st.latex(r"v(s)=\max_a\sum_{s',\,r}p(s',r\mid s,a)\,\big(r+\gamma\,v(s')\big)")
st.markdown(
    "Who knows the rules **p** can **plan**. *Value iteration* puts the right side into the left, sweep by sweep; every sweep "
    "brings the values closer to the solution by the factor γ at least. *Policy iteration* computes what the present "
    "policy π is worth, then takes the best action everywhere, and again:"
)
st.latex(r"v_\pi=(I-\gamma P_\pi)^{-1}r_\pi")
st.latex(r"\pi(s)\leftarrow\arg\max_a q_\pi(s,a)")
st.header("Learning without the rules")
st.markdown(
    "Usually nobody knows p. But every move shows one outcome, and the difference between what it brought and what was "
    "believed, the **surprise**, corrects the belief by the share α. Three ways to say what it brought, **g**:"
)
st.latex(r"q(s,a)\leftarrow q(s,a)+\alpha\,\big(g-q(s,a)\big)")
st.latex(r"\text{Q-learning:}\quad g=r+\gamma\max_b q(s',b)")
st.latex(r"\text{SARSA:}\quad g=r+\gamma\,q(s',a')")
st.latex(r"\text{Monte Carlo:}\quad g=r+\gamma r'+\gamma^2r''+\dots")
st.markdown(
    "**Q-learning** counts on the best next action, whatever it does next (*off-policy*). **SARSA** counts on the action that "
    "it really takes next, stumbles included (*on-policy*). **Monte Carlo** waits until the episode is over and counts what "
    "really came. All three must try things out: with chance **ε** they move at random. **Compare with a second setting**, above, "
    "shows another method below, in the same world; on the cliff they part."
)
st.caption(
    "s, s′: cell now and next · a, a′, b: actions · r: reward · γ: discount · p: chance of an outcome · π: policy · v: value of "
    "a cell · q: value of an action in a cell · Pπ, rπ: chances and rewards under π as matrix and vector · I: identity · α: learning rate"
)

st.header("Try this")
preset_links(PRESETS, "gridworld", goals_reached("gridworld", PRESETS))

st.header("The code that just ran")
code_of(
    "gridworld",
    config,
    "Tables and NumPy are enough here, no network is needed. This is the same run: same chances, same numbers.",
    library="NumPy",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **It runs in circles in a part of the world**: without exploration (ε = 0) it never finds out what is elsewhere. "
        "Raise ε, or begin with a high initial value.\n"
        "- **It knows the way, but its returns stay low**: ε is high, so it stumbles. Lower it once the way is known.\n"
        "- **Values tremble**: the world slips and α is large, so each chance outcome moves them. Lower α, or let it shrink.\n"
        "- **It does not notice that a better way has opened**: the old one still works, so only chance leads it there.\n"
        "- **It never goes to the goal**: look at the rewards. It does what pays, not what you meant.\n"
        "- **The Bellman error rises at first**: values that are all 0 contradict the equation only beside the goal.\n"
        "- **γ is low**: a goal ten moves away is worth γ¹⁰ of its reward; at γ = 0.5 that is a thousandth."
    )
sources("gridworld")
st.page_link("pages/cartpole.py", label="Next: CartPole", icon=":material/arrow_forward:")
