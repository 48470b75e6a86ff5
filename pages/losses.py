"""Losses: how wrong is an answer, and which way should it move? What is punished decides what is learned."""

import streamlit as st

from components.code import code_of
from components.controls import controls, preset_links
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.lesson import opening, predict, sources
from components.sketch import sketch
from models import loss_curves, loss_descent, loss_lines
from models.losses import PRESETS, Config, estimate_seconds

opening("losses")
predict(
    "losses",
    "Twelve points lie near a line. One of them is dragged far down. Which fitted line goes along with it?",
    ("that of squared error", "that of absolute error", "both alike"),
    "that of squared error",
    "A squared error grows with the square of the distance, so its pull grows with the distance; an absolute error pulls "
    "with the same force from anywhere. Drag the diamond below and see.",
)

st.header("How wrong, and which way")
st.markdown(
    "A **loss** turns a prediction and its target into one number. Training sees only its **slope**: the sign says which "
    "way the prediction should move, the size how hard it is pulled. Drag the point along the curve."
)
sketch("loss_curves", {"curves": loss_curves.curves(), "loss": "mse"}, key="loss curves")

st.header("Several classes at once")
st.markdown(
    "For several classes a network gives one raw score, a **logit**, for each; **softmax** turns them into probabilities. "
    "Cross-entropy asks only for the probability of the right class, hinge only that the right logit leads by 1, and the "
    "Kullback–Leibler divergence compares with a whole distribution, here labels with a little doubt. "
    "*Categorical* and *sparse categorical* cross-entropy are one loss: the target is written 0 0 1, or just 3."
)
sketch(
    "loss_logits",
    {"logits": [1.0, 2.2, -0.6, 0.4, -1.5], "n_classes": 3, "right": 0, "smoothing": 0.1},
    key="loss logits",
)

st.header("One outlier")
st.markdown(
    "The same points, three losses, three best lines. Drag the diamond down: every unit further makes it pull harder on "
    "the line of squared error; on the other two its pull stays what it was."
)
sketch(
    "loss_lines",
    {
        "points": [list(point) for point in loss_lines.POINTS],
        "outlier": loss_lines.OUTLIER,
        "delta": loss_lines.DELTA,
        "rounds": loss_lines.ROUNDS,
        "smallest": loss_lines.SMALLEST,
        "settled": loss_lines.SETTLED,
    },
    key="loss lines",
)

st.header("Sure and wrong")
st.markdown(
    "One neuron answers p = σ(o) and should answer 1, but begins near 0. Squared error is *flat* there: the more wrong the "
    "neuron, the less it learns. Cross-entropy is steep there. Press Play; then start further left."
)
sketch(
    "loss_confidence",
    {"start": loss_descent.START, "rate": loss_descent.RATE, "steps": loss_descent.steps_shown()},
    key="loss confidence",
)

st.header("The same network under each loss")


def experiment_and_settings() -> Config:
    view, side = st.columns([3, 1], gap="medium")
    with side:
        config = controls(Config, presets=PRESETS)
    with view:
        if config.losses:
            experiment("losses", config, seconds=estimate_seconds)
        else:
            st.info("Choose at least one loss to train under.")
    return config


config = drawn_by_itself(experiment_and_settings)

st.header("In symbols")
st.latex(r"r=\hat y-y\qquad\text{MSE}=r^2\qquad\text{MAE}=|r|")
st.latex(
    r"\text{Huber}=\begin{cases}\tfrac12 r^2&|r|\le\delta\\ \delta\,(|r|-\tfrac12\delta)&|r|>\delta\end{cases}"
)
st.latex(r"\text{hinge}=\max(0,\;1-s\,o)")
st.latex(r"\text{cross-entropy}=-\log p_y,\quad \frac{\partial}{\partial o_k}=p_k-[k=y]")
st.latex(r"\text{KL}(t\,\|\,p)=\sum_k t_k\log\frac{t_k}{p_k},\quad \frac{\partial}{\partial o_k}=p_k-t_k")
st.latex(
    r"\frac{\partial}{\partial o}\big(\sigma(o)-1\big)^2=2\,(p-1)\,\underbrace{p\,(1-p)}_{\to\,0\text{ when sure}}"
)
st.latex(r"\frac{\partial}{\partial o}\big(-\log\sigma(o)\big)=p-1")
st.caption(
    "ŷ: prediction · y: target · r: residual · δ: where Huber turns straight · o: logit · p: probability, σ(o) or softmax · "
    "s: −1 or 1 · t: soft target · [k = y]: 1 for the right class, else 0"
)

st.header("Try this")
preset_links(PRESETS, "losses", goals_reached("losses", PRESETS))

st.header("The code that just ran")
code_of(
    "losses",
    config,
    "The page trains with gradients written by hand. This is the same run in plain PyTorch: same points, same first weights, "
    "and the same final numbers.",
)

with st.expander("Pitfalls"):
    st.markdown(
        "- **Comparing loss values across losses**: 0.1 nats and 0.1 of a squared error are different things. Compare "
        "accuracies, or one loss measured for all.\n"
        "- **Accuracy with rare classes**: always answering the larger class scores its share. Look at balanced accuracy, "
        "or at a confusion matrix.\n"
        "- **Softmax or sigmoid twice**: losses “with logits” want raw scores. A second softmax flattens the gradients.\n"
        "- **log 0**: a probability that rounds to 0 makes the loss infinite; computed from the logit it stays finite.\n"
        "- **Absolute error is robust and slow**: every point pulls alike, so hard groups can be given up for good.\n"
        "- **An outlier may be the message**: a robust loss ignores it. Look before you choose."
    )
sources("losses")
st.page_link("pages/backpropagation.py", label="Next: Backpropagation", icon=":material/arrow_forward:")
