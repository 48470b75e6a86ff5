"""Gradient descent: one step downhill after another. How long a step, by which rule, from how many examples?"""

import streamlit as st

from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.descent import line_sketch, race_sketch
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.sketch import sketch
from models import phase_map, schedules
from models.gradient_descent import PRESETS, Config, estimate_seconds
from models.gradient_descent_settings import UNUSED

opening("gradient_descent")
predict(
    "gradient_descent",
    "A narrow valley is a hundred times steeper across than along, and the lowest place lies far along it. Plain gradient "
    "descent takes the longest steps that do not diverge. What does it do?",
    ("walks straight to the lowest place", "zigzags across and creeps along", "stops halfway"),
    "zigzags across and creeps along",
    "The gradient points across the valley, not along it, and the steep side limits the step. Race it below on “Ravine” "
    "against momentum, whose pushes across cancel while those along add up.",
)

st.header("First by hand")
st.markdown(
    "A line has two numbers, slope and intercept, and every pair of them has a **loss**: the mean of the squared lengths by "
    "which the line misses the points. Drag the line until you find no better one. Every move of the line moves the dot in "
    "the bowl beside it, and the other way round. Then press Play: **gradient descent** looks which way is downhill, takes a "
    "step of that direction times the **learning rate**, and looks again."
)
line_sketch()

st.header("A race downhill")
st.markdown(
    "Each rule turns the gradient into a step in its own way. Choose a surface, click on it to set the start, and step "
    "through; the name of a rule in the table shows its arrows and its numbers. Each rule begins with a learning rate that "
    "suits the surface: make it larger until the rule diverges."
)
race_sketch()

st.header("When does momentum help?")
st.markdown(
    "Every minimum looks like a quadratic bowl from near by, and for a bowl the speed of every setting is known. Blue "
    "converges, the stronger the faster; orange diverges. Click anywhere to run that point. Raise the **condition number**: "
    "the fast place (★) moves up, to more momentum, and the lower edge, plain gradient descent, turns pale."
)
sketch(
    "phase_map",
    {
        "rates": list(phase_map.LEARNING_RATES),
        "momenta": list(phase_map.MOMENTA),
        "conditions": [phase_map.LOWEST_CONDITION, phase_map.HIGHEST_CONDITION],
        "condition": phase_map.CONDITION,
        "rate": 1.0,
        "momentum": 0.3,
        "n_steps": phase_map.N_STEPS,
        "limit": phase_map.LIMIT,
    },
    key="phase map",
)

st.header("Large steps first")
st.markdown(
    "A rate that is right at the start is often too large at the end. A **schedule** changes it on the way; try each in the "
    "experiment below."
)
sketch("schedules", {"curves": schedules.curves()}, key="schedules")

st.header("From examples")
st.markdown(
    "The loss of real data is a mean over examples. **Batch** descent reads them all for one step, **stochastic** descent one, "
    "**mini-batch** descent a few: a noisy direction, but many more steps for the same reading."
)


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    task = about_to_be(Config, "task")
    with side:
        config = controls(Config, presets=PRESETS, hide=UNUSED[task])
    with view:
        experiment("gradient_descent", config, seconds=estimate_seconds)
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("In symbols")
st.latex(
    r"\theta\leftarrow\theta-\eta\,g\qquad g=\frac1B\sum_{i\in\text{batch}}\frac{\partial\,\text{loss}_i}{\partial\theta}"
)
st.latex(r"\text{momentum: } v\leftarrow\beta v+g,\;\;\theta\leftarrow\theta-\eta v")
st.latex(r"\text{AdaGrad: } s\leftarrow s+g^2,\;\;\theta\leftarrow\theta-\eta\,\frac{g}{\sqrt s+\varepsilon}")
st.latex(r"\text{Adam: } m\leftarrow\beta_1m+(1-\beta_1)g,\;\; s\leftarrow\beta_2s+(1-\beta_2)g^2")
st.latex(r"\theta\leftarrow\theta-\eta\,\frac{m/(1-\beta_1^t)}{\sqrt{s/(1-\beta_2^t)}+\varepsilon}")
st.latex(r"\text{converges on a bowl: } 0<\eta\,\lambda<2+2\beta")
st.latex(
    r"\text{best: } \eta=\Big(\tfrac{2}{\sqrt{\lambda_1}+\sqrt{\lambda_2}}\Big)^2,\;\;"
    r"\beta=\Big(\tfrac{\sqrt{\kappa}-1}{\sqrt{\kappa}+1}\Big)^2"
)
st.caption(
    "θ: parameters · g: gradient · B: batch size · η, also α: learning rate · v: velocity · β: momentum · s: squared gradients, "
    "added up or as a running mean · m: running mean of g · t: step · ε: 10⁻⁸ · λ: curvature, from λ₁ to λ₂ · κ = λ₂/λ₁: condition number"
)

st.header("Try this")
preset_links(PRESETS, "gradient_descent", goals_reached("gradient_descent", PRESETS))

st.header("The code that just ran")
code_of(
    "gradient_descent",
    config,
    "The page trains with gradients and rules written by hand. This is the same run in plain PyTorch: same data, same first "
    "weights, and the same final numbers.",
)

with st.expander("Pitfalls"):
    st.markdown(
        "- **The loss grows, then is not a number**: the learning rate is too large for the steepest direction. Divide by ten.\n"
        "- **Momentum multiplies the rate**: with β = 0.9 a steady pull moves ten times as far. Lower η when you raise β.\n"
        "- **Rates do not carry over**: 0.1 is usual for SGD, 0.001 for Adam, a third of that for Lion. Compare rules at their "
        "own best rates.\n"
        "- **Adaptive rules scale axes, not directions**: in a ravine that lies askew the scale helps them little.\n"
        "- **AdaGrad forgets nothing**: its sum only grows, so its steps shrink for good.\n"
        "- **Level ground is not a minimum**: a small gradient is also that of a plateau or of a saddle.\n"
        "- **A constant rate ends in a cloud**: from batches, the last part of the way needs a smaller rate."
    )
sources("gradient_descent")
st.page_link("pages/mlp.py", label="Next: Neural network", icon=":material/arrow_forward:")
