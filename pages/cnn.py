"""Convolutional network: small windows slide over a picture, layer upon layer, until it is told apart."""

import streamlit as st

from components.code import code_of
from components.controls import about_to_be, controls, preset_links
from components.downloads import downloads
from components.efficiency import efficiency
from components.experiment import experiment, goals_reached
from components.follow import drawn_by_itself
from components.layers_see import layers_see
from components.lesson import opening, predict, sources
from components.own_pictures import counts_of, own_pictures
from components.second_setting import second_config
from components.shape_table import shape_table
from components.sketch import sketch
from models.cnn import SIZES, estimate_seconds
from models.cnn_settings import DESCRIPTIONS, PRESETS, Config
from models.convolution import sketch_data

kernel_data = st.cache_data(sketch_data)
COMPARABLE = ("channels", "learning_rate", "augmentation", "batch_norm", "pooling", "activation", "seed")

claim, question = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with claim:
    opening("cnn")
with question:
    predict(
        "cnn",
        "A network of 16 filters and one of a single filter learn to read digits. How much worse is the single filter?",
        ("not at all", "it errs several times as often", "it only guesses"),
        "it errs several times as often",
        "One filter can look for one kind of edge only; what it throws away, no later layer can bring back. "
        "Try “A single channel” below.",
    )


def experiment_and_settings() -> tuple[Config, Config | None]:
    view, side = st.columns([3, 1], gap="medium")
    kind = about_to_be(Config, "dataset")
    drawn = () if kind == "drawings" else ("pose", "stroke", "colour", "clutter")
    with side:
        config = controls(Config, presets=PRESETS, hide=drawn)
    fitting = None  # the config, once there are pictures and a network that fits them
    with view:
        st.caption(DESCRIPTIONS[kind])
        used = own_pictures(config, "cnn") if config.dataset == "own" else downloads(config)
        if used is not None:
            config = used
            shape, n_classes, _ = SIZES[config.dataset]
            n_classes = len(counts_of(config)) if config.dataset == "own" else n_classes
            if shape_table(config, shape, n_classes):
                fitting = config
                second = second_config(config, COMPARABLE, "cnn")
                picked = ("picture", "unit")
                title = "First" if second is not None else ""
                experiment("cnn", config, title=title, seconds=estimate_seconds, picked=picked)
                if second is not None:
                    experiment("cnn", second, page="cnn-second", title="Second", seconds=estimate_seconds)
    return config, fitting


config, fitting = drawn_by_itself(experiment_and_settings)

st.header("A kernel by hand")
st.markdown(
    "A kernel is a small table of numbers. Slide it over a picture: at every place the numbers are multiplied with the "
    "pixels under them and added up. Change a number, and see what the map finds. Press a pixel of either picture, or "
    "press Play."
)
sketch("kernel", kernel_data(), key="kernel")

st.header("What happens in a block")
st.markdown(
    "The same few weights, a **kernel**, look at every place of the picture. At each place they are multiplied with what "
    "lies under them and added up; a map of these sums says where the kernel found what it looks for. **Pooling** keeps "
    "the largest of each 2 × 2, so that the next block sees further. Each map has a kernel of its own:"
)
st.latex(
    r"\begin{aligned}z_{o}[i,j]={}&b_o+\sum_{c}\sum_{u,v}w_{o,c}[u,v]\\"
    r"&\times x_c[s\,i+u-p,\;s\,j+v-p]\end{aligned}"
)
st.caption(
    "o: map that comes out · c: map that goes in · u, v: place in the kernel · s: stride · p: padding · b: bias. "
    "Press a pixel of a map above to see this sum with its numbers."
)

st.header("What each layer sees")
st.markdown(
    "People say that the first layer sees lines, the next curves, then wheels, and the last a car. Look into a network that you "
    "trained: which pictures **excite** each of its channels, what they would **like** to see, and what can be **read off** "
    "each layer. A channel's *strength* is its value before the activation function, a class's its logit."
)
layers_see()

st.header("Deep against hand-made features")
st.markdown(
    "Before networks learned their features, people made them: **edge histograms** say which way the edges run in each cell "
    "of the picture. Three classical methods get these, or the raw pixels; the network above learns from the same few "
    "pictures. On drawings the hand-made features win with one or two pictures of each kind and lose by more than ten points "
    "with a hundred, where raw pixels lose by twice as much. On the tiny digits raw pixels are enough: with one digit of each "
    "kind the best method on them beats the network, and with more it stays within two points."
)
efficiency(fitting)

st.header("Try this")
preset_links(PRESETS, "cnn", goals_reached("cnn", PRESETS))

st.header("The code that just ran")
code_of(
    "cnn",
    config,
    "This is the same run as a PyTorch script: same pictures, same seed, same first weights, and the same final numbers.",
)

with st.expander("When it does not learn"):
    st.markdown(
        "- **The loss jumps or stays where it began**: the learning rate is too large, or every ReLU is dead; divide it by "
        "ten and rewind.\n"
        "- **Training accuracy reaches 100 %, test accuracy does not**: the network knows its pictures by heart; use "
        "augmentation, dropout, or more pictures.\n"
        "- **A window does not fit**: every pooling halves the map; take fewer blocks, padding, or a smaller kernel.\n"
        "- **Digits are confused when flipped**: flipping a 2 does not give a 2. Augment only by changes that keep the class.\n"
        "- **It errs on your own pictures**: too few of them, or the background gives the class away."
    )
sources("cnn")
st.page_link("pages/explain.py", label="Next: Explain", icon=":material/arrow_forward:")
