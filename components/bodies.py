"""Which network transfers: the small one, or a pretrained one whose weights are here or can be fetched."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.downloads import LOOK_EVERY, Job, begin
from components.link import plain
from data.download import SECONDS
from models.pretrained_files import MODELS, progress, told_as
from models.transfer_settings import BODIES, Config
from training.runs import runs

#: Session key of the setting.
_BODY = "body"
#: That of the widget which offers those that are here.
_CHOICE = "body: choice"


def bodies(config: Config) -> Config | None:
    """The config with the network that transfers, after drawing the choice; None when its weights are not here.

    Only networks that are on this server can be chosen; the others can be fetched.
    """
    folder = runs().limits.datasets_folder
    here = [name for name in BODIES if name == "small" or progress(name, folder).state == "ready"]
    if len(here) > 1:
        if config.body in here:
            st.session_state[_CHOICE] = config.body  # a preset or a link may have changed it
        st.segmented_control(
            "Network that transfers",
            here,
            format_func=BODIES.__getitem__,
            key=_CHOICE,
            required=True,
            on_change=_take,
        )
    missing = [name for name in MODELS if name not in here]
    if missing:
        with st.expander("Networks trained on ImageNet"):
            st.caption(
                "ResNet-18 and MobileNetV3 have seen 1.3 million photographs. Their weights are fetched once for everybody on "
                "this server; a run with them takes minutes on a processor."
            )
            for name in missing:
                _fetching(name)
    if config.body not in here:
        st.error(
            f"The weights of {MODELS[config.body].title} are not on this server: fetch them above, or take the small network."
        )
        st.button("Take the small network", on_click=_small, key=f"{_BODY}: small")
        return None
    return config if config.body == "small" else replace(config, data_dir=str(folder))


def _take() -> None:
    """Callback: the choice becomes the page's setting."""
    st.session_state[_BODY] = st.session_state[_CHOICE]


def _small() -> None:
    st.session_state[_BODY] = "small"


def _fetching(name: str) -> None:
    """The state of one download, with a button that begins it."""
    state = progress(name, runs().limits.datasets_folder)
    if state.state == "running":
        _under_way(name)
        return
    sentence = state.sentence
    if st.button(
        f"Fetch {MODELS[name].title} ({MODELS[name].size / 1e6:.0f} MB)", key=f"{_BODY}: fetch {name}"
    ):
        sentence = _begin(name)
        if not sentence:
            st.rerun()
    if sentence:
        st.error(plain(sentence))


def _begin(name: str) -> str:
    """Have a worker fetch the weights; returns why it cannot, or ""."""
    arguments = {"name": name, "folder": str(runs().limits.datasets_folder)}
    job = Job("models.pretrained:fetch", arguments, SECONDS)
    return begin(told_as(name), MODELS[name].size, job, "take the small network")


@st.fragment(run_every=LOOK_EVERY)
def _under_way(name: str) -> None:
    """How far the download is, looked at every second; the page is drawn again when it is over."""
    state = progress(name, runs().limits.datasets_folder)
    if state.state != "running":
        st.rerun()
    share = min(1.0, state.got / max(state.total, 1))
    st.progress(share, f"Fetching {MODELS[name].title}: {state.got / 1e6:.0f} of {state.total / 1e6:.0f} MB.")
