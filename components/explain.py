"""The parts of the lesson on explanations that are tried by hand: which network, one picture, the sanity check, ablation.

Everything is computed in a worker (`models.explain_calls`) and kept. A sketch tells a wish, which is checked like a link:
anything at all may come from a browser. Each part is a fragment, so that only it runs again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from components.pictures.explain import NAMES, STYLES
from components.run_words import full_config, score_of
from components.sketch import sketch, whole
from components.trained import choose_trained, stamped, trained_runs
from components.worker_data import worker_data
from models.explain_settings import Config
from models.settings import to_mapping
from training import weights
from training.runs import runs

_PICTURE, _ABLATION = "explain: picture", "explain: ablation"  # in the session
_EDGES: Final = {"edges": "Edges (asks no network)"}
HOWS: Final = ("off", "frozen")

Network = Mapping[str, Any]


@dataclass(frozen=True)
class Wish:
    """A test picture and the question: why `target`, and not `against`? None: what the network answers."""

    picture: int = 0
    target: int | None = None
    against: int | None = None
    turn: int = 0


@dataclass(frozen=True)
class Cut:
    """Channels of a block, and what is done to them."""

    block: int = 0
    off: tuple[int, ...] = ()
    how: str = "off"
    turn: int = 0


def with_own_network(config: Config) -> Config | None:
    """The config with one of the learner's networks in it, if they want that; None when there is none to take."""
    if not st.toggle(
        "Explain one of my own networks", key="explain: own", help="One that you trained on the page before."
    ):
        return config
    chosen = choose_trained("cnn", "explain")
    if chosen is None:
        return None
    return replace(config, weights=chosen.weights, network=json.dumps(chosen.config))


def studied(config: Config | None) -> Network | None:
    """Draws which network is tried by hand, and returns it for `worker_data`; None, with a sentence, when there is none."""
    if config is None:
        st.info("Choose or train a network first.")
        return None
    if config.weights:
        st.caption("Explained here: the network that you chose above.")
        return stamped({"config": json.loads(config.network), "weights": config.weights})
    rows = trained_runs("explain")
    with st.container(horizontal=True, vertical_alignment="center"):
        if rows:
            row = rows[0]
            score = score_of(row)
            st.caption(
                f"Explained here: the network of your last run on this page{f' ({score})' if score else ''}."
            )
            st.button("Look for a newer one", key="explain: newer")
            path = runs().limits.runs_folder / row.id / weights.FILE
            return stamped({"small": full_config(row), "weights": str(path)})
        known = _small_network()
        if not known:
            st.caption("Train a network above, or take a small one that is trained for you in a few seconds.")
            st.button("Take the network from above", key="explain: newer")
            if not st.button("Train a small network", key="explain: small", type="primary"):
                return None
            parameters = worker_data("models.explain_calls:small_network", config=to_mapping(Config()))
            if parameters is None:
                return None
            known["parameters"] = parameters
            st.rerun()
        st.caption(
            "Explained here: a small network that was trained with the settings this page starts from. Train one above, and "
            "it takes its place."
        )
        st.button("Take the network from above", key="explain: newer")
    return {"small": to_mapping(Config()), **known}


@st.cache_resource
def _small_network() -> dict[str, str]:
    """The parameters of the small network, once somebody on this server has asked for it; the same for everybody."""
    return {}


@st.fragment
def one_picture(network: Network, config: Config) -> None:
    """Draws the choice of a test picture, its maps and their deletion curves."""
    opened = worker_data("models.explain_calls:opened", network=network)
    if opened is None:
        return
    wish = fitting(st.session_state.get(_PICTURE, Wish()), opened)
    target = wish.target if wish.target is not None else opened["answers"][wish.picture]
    against = wish.against if wish.against != target else None
    found = worker_data(
        "models.explain_calls:maps",
        network=network,
        picture=wish.picture,
        target=target,
        against=against,
        blank=config.blank,
        n_steps=config.n_steps,
        window=config.window,
    )
    if found is None:
        return

    def take(told: object) -> None:
        legal = legal_wish(told, opened)
        if legal is not None:
            st.session_state[_PICTURE] = legal

    shared = {name: opened[name] for name in ("pictures", "labels", "answers", "class_names")}
    asked = {"picture": wish.picture, "target": target, "against": against, "turn": wish.turn}
    sketch(
        "explain_picture",
        {**shared, **found, **asked, "names": NAMES, "styles": STYLES},
        key="explain picture",
        on_told=take,
    )


@st.fragment
def sanity_check(network: Network, config: Config) -> None:
    """Draws the sanity check of the chosen picture's maps, once it is asked for."""
    if not st.toggle("Make the layers random, one after another", key="explain: sanity"):
        return
    opened = worker_data("models.explain_calls:opened", network=network)
    if opened is None:
        return
    wish = fitting(st.session_state.get(_PICTURE, Wish()), opened)
    found = worker_data(
        "models.explain_calls:sanity",
        network=network,
        picture=wish.picture,
        target=wish.target if wish.target is not None else opened["answers"][wish.picture],
        blank=config.blank,
        n_steps=config.n_steps,
        window=config.window,
    )
    if found is not None:
        names, styles = {**NAMES, **_EDGES}, {**STYLES, "edges": (7, "dot")}
        sketch("explain_sanity", {**found, "names": names, "styles": styles}, key="explain sanity")


@st.fragment
def ablation(network: Network) -> None:
    """Draws the channels of a block as switches, and what breaks without those that are off."""
    opened = worker_data("models.explain_calls:opened", network=network)
    if opened is None:
        return
    if not opened["blocks"]:
        st.info("This network has no convolution block, so it has no channels to switch off.")
        return
    picture = fitting(st.session_state.get(_PICTURE, Wish()), opened).picture
    cut: Cut = st.session_state.get(_ABLATION, Cut())
    if cut.block >= len(opened["blocks"]) or any(
        channel >= opened["blocks"][cut.block] for channel in cut.off
    ):
        cut = Cut(turn=cut.turn)  # it was made for another network
    arguments = {"network": network, "picture": picture, "block": cut.block}
    channels = worker_data("models.explain_calls:channels", **arguments)
    result = worker_data("models.explain_calls:without", **arguments, off=list(cut.off), how=cut.how)
    if channels is None or result is None:
        return

    def take(told: object) -> None:
        legal = legal_cut(told, opened["blocks"])
        if legal is not None:
            st.session_state[_ABLATION] = legal

    asked = {"block": cut.block, "off": list(cut.off), "how": cut.how, "turn": cut.turn}
    shared = {"class_names": opened["class_names"], "blocks": opened["blocks"]}
    sketch("ablation", {**shared, **channels, **result, **asked}, key="explain ablation", on_told=take)


def fitting(wish: Wish, opened: Mapping[str, Any]) -> Wish:
    """The wish as far as this network has such a picture and such classes."""
    n_classes, n = len(opened["class_names"]), len(opened["labels"])
    if wish.picture >= n:
        return Wish(turn=wish.turn)
    target = wish.target if wish.target is not None and wish.target < n_classes else None
    against = (
        wish.against if target is not None and wish.against is not None and wish.against < n_classes else None
    )
    return replace(wish, target=target, against=against)


def legal_wish(told: object, opened: Mapping[str, Any]) -> Wish | None:
    """The wish in what a browser told; None when it is anything else."""
    if not isinstance(told, dict):
        return None
    n_classes, n = len(opened["class_names"]), len(opened["labels"])
    picture, turn = whole(told.get("picture"), n), whole(told.get("turn"), 2**50)
    classes = [told.get("target"), told.get("against")]
    legal = [None if one is None else whole(one, n_classes) for one in classes]
    if picture is None or turn is None or legal != classes:
        return None
    target, against = legal
    if against is not None and against == target:
        return None
    if target is None and against is not None:  # "and not 1?" is asked of what the network answers
        target = int(opened["answers"][picture])
        against = None if target == against else against
    return Wish(picture, target, against, turn)


def legal_cut(told: object, blocks: list[int]) -> Cut | None:
    """The channels in what a browser told; None when it is anything else."""
    if not isinstance(told, dict):
        return None
    block, turn = whole(told.get("block"), len(blocks)), whole(told.get("turn"), 2**50)
    off, how = told.get("off"), told.get("how")
    if (
        block is None
        or turn is None
        or how not in HOWS
        or not isinstance(off, list)
        or len(off) > blocks[block]
    ):
        return None
    channels = [whole(channel, blocks[block]) for channel in off]
    if None in channels:
        return None
    return Cut(block, tuple(sorted({channel for channel in channels if channel is not None})), str(how), turn)
