"""Published pictures that are fetched on request, by a worker, while the page stays as quick as ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import streamlit as st

from components.link import plain
from data.download import SECONDS, Progress, progress, tell
from data.published import SETS, ready
from training.executor import RunError
from training.runs import runs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")

#: Data set that comes with the playground → what its button says.
EMBEDDED = {"digits": "Use the digits", "drawings": "Use the drawings"}
LOOK_EVERY = 1.0  # seconds


def downloads(config: C, embedded: Mapping[str, str] = EMBEDDED) -> C | None:
    """The config with the folder of its pictures (`data_dir`), after drawing their download where they are missing.

    None while they are missing. A config whose data set is not one to download comes back as it is.
    embedded: data sets of this page that need no network → words of a button that takes one of them.
    """
    name = str(config.dataset)  # type: ignore[attr-defined]  # the picture lessons' Configs have it
    if name not in SETS:
        return config
    folder = runs().limits.datasets_folder
    if ready(name, folder):
        return replace(config, data_dir=str(folder))
    state = progress(name, folder)
    with st.container(border=True):
        st.markdown(
            f"**{SETS[name].title} is not on this server yet.** It is fetched once for everybody here; every file is "
            "compared with its published checksum."
        )
        # Places of their own, so that nothing jumps when one of them changes.
        told, action, others = st.container(), st.container(), st.container(horizontal=True)
        sentence = state.sentence
        with action:
            if state.state == "running":
                _under_way(name)
            elif st.button(
                f"Download ({_megabytes(SETS[name].size)} MB)", key=f"download {name}", type="primary"
            ):
                sentence = _begin(name)
                if not sentence:
                    st.rerun()
        if sentence:
            told.error(plain(sentence))
        for other, words in embedded.items():
            others.button(words, key=f"instead of {name}: {other}", on_click=_choose, args=(other,))
    return None


def _begin(name: str) -> str:
    """Have a worker fetch the set; returns why it cannot, or ""."""
    limits = runs().limits
    if progress(name, limits.datasets_folder).state == "running":
        return ""  # somebody else was quicker
    mirrors = [f"{limits.mirror.rstrip('/')}/{name}/"] if limits.mirror else []
    arguments = {"name": name, "folder": str(limits.datasets_folder), "mirrors": mirrors}
    job = Job("data.download:fetch", arguments, SECONDS + 30)
    return begin(name, SETS[name].size, job, "take a set that needs no download")


class Job(NamedTuple):
    """What a worker shall call, and for how long at most."""

    call: str
    arguments: dict[str, Any]
    seconds: float


def begin(name: str, size: int, job: Job, otherwise: str) -> str:
    """Have a worker fetch what `data.download.tell` knows as `name`; returns why it cannot, or ""."""
    folder = runs().limits.datasets_folder
    try:
        tell(name, folder, Progress("running", total=size))
        runs().executor.begin(*job)
    except OSError:
        return f"This server's disk is full or may not be written to: make room, or {otherwise}."
    except RunError as error:
        tell(name, folder, Progress("failed", sentence=str(error)))
        return str(error)
    return ""


@st.fragment(run_every=LOOK_EVERY)
def _under_way(name: str) -> None:
    """How far the download is, looked at every second; the page is drawn again when it is over."""
    state = progress(name, runs().limits.datasets_folder)
    if state.state != "running":
        st.rerun()
    share = min(1.0, state.got / max(state.total, 1))
    st.progress(
        share,
        f"Downloading {SETS[name].title}: {_megabytes(state.got)} of {_megabytes(state.total)} MB. "
        "You may leave this page meanwhile.",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f}"


def _choose(dataset: str) -> None:
    """Callback: the page's control "dataset" at this value."""
    st.session_state["dataset"] = dataset
