"""What each layer of one of the learner's networks sees: its strongest pictures, its dreams, and what probes read off it.

Everything is computed in a worker (`models.cnn_see_calls`) once it is asked for, and kept. Each part is a fragment, so
that only it runs again. What a sketch tells is checked like a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from components.sketch import sketch, whole
from components.trained import choose_trained, stamped, trained_runs
from components.worker_data import worker_data
from models import cnn_layers
from models.cnn import SIZES, Config
from models.cnn_shapes import Shape, blocks_of
from models.settings import from_mapping

_DREAM: Final = "layers: dream"  # in the session
_CALLS: Final = "models.cnn_see_calls"


@dataclass(frozen=True)
class Dream:
    """The dreams that are wanted: of which layer (None: the last), and how the pictures are kept calm."""

    layer: int | None = None
    smoothness: str = "some"
    jitter: bool = True
    turn: int = 0


@dataclass(frozen=True)
class Studied:
    """A trained network as workers get it, and its settings, which say beforehand how long looking takes."""

    network: Mapping[str, Any]
    config: Config
    run: str

    @property
    def sizes(self) -> tuple[Shape, int, int]:
        """(shape, classes, training pictures); of one's own pictures the usual number."""
        shape, n_classes, n = SIZES[self.config.dataset]
        return shape, n_classes, round(n * (1 - self.config.test_fraction - self.config.validation_fraction))

    @property
    def titles(self) -> list[str]:
        """The layers as they stand on buttons."""
        counts = [block.convolved[0] for block in blocks_of(self.config, self.sizes[0])]
        names = (f"Block {i}: {n} channel{'' if n == 1 else 's'}" for i, n in enumerate(counts, start=1))
        return [*names, "Answer: the classes"]


def layers_see() -> None:
    """Draws the choice of a network, and the three looks into it."""
    studied = _studied()
    if studied is not None:
        _strongest(studied)
        _dreams(studied)
        _probes(studied)
        _symbols()


def _studied() -> Studied | None:
    """Draws which network is looked into; None, with a sentence, while there is none."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not trained_runs("cnn"):
            st.info(
                "Train a network above, then come back. “Cars, horses and zebras” among the presets below shows most, for of the "
                "drawings every pixel's part is known."
            )
            st.button("Take the network from above", key="layers: newer")
            return None
        chosen = choose_trained("cnn", "layers")
        st.button("Look for a newer one", key="layers: newer")
    if chosen is None:
        return None
    network = stamped({"config": chosen.config, "weights": chosen.weights})
    return Studied(network, from_mapping(Config, chosen.config), f"{chosen.id} {network['stamp']}")


@st.fragment
def _strongest(studied: Studied) -> None:
    st.subheader("The pictures that excite it most")
    shape, n_classes, n = studied.sizes
    seconds = cnn_layers.seconds_to_look(studied.config, shape, n_classes, n)
    if not st.toggle(f"Find the strongest pictures ({_about(seconds)})", key="layers: strongest"):
        return
    found = worker_data(f"{_CALLS}:strongest_pictures", network=studied.network)
    if found is not None:
        sketch("layers_strongest", found, key="layers strongest")


@st.fragment
def _dreams(studied: Studied) -> None:
    st.subheader("The pictures that it would like")
    st.markdown(
        "Begin with noise, ask which change of each pixel would make the channel answer more strongly, take a small step "
        "that way, and again. Left alone, this finds glaring specks that no camera ever saw; a **penalty for roughness** and "
        "**jitter** keep the dream closer to pictures."
    )
    shape, n_classes, n = studied.sizes
    wish = st.session_state.get(_DREAM, Dream())
    last = len(studied.titles) - 1
    layer = last if wish.layer is None or wish.layer > last else wish.layer
    seconds = cnn_layers.seconds_to_dream(studied.config, shape, n_classes, n, layer)
    if not st.toggle(f"Let it dream ({_about(seconds)} a layer)", key="layers: dreams"):
        return
    asked = {"layer": layer, "smoothness": wish.smoothness, "jitter": wish.jitter}
    found = worker_data(f"{_CALLS}:dreams", network=studied.network, **asked)
    if found is None:
        return

    def take(told: object) -> None:
        legal = legal_dream(told, last)
        if legal is not None:
            st.session_state[_DREAM] = legal

    shared = {"titles": studied.titles, "run": studied.run, "turn": wish.turn}
    sketch("layers_dreams", {**found, **asked, **shared}, key="layers dreams", on_told=take)


@st.fragment
def _probes(studied: Studied) -> None:
    st.subheader("What can be read off each layer")
    drawn = studied.config.dataset == "drawings"
    what = (
        "the direction of an edge, whether an outline is straight or curved, the part (wheel, window, leg …) and the class"
        if drawn
        else "the class; of these pictures nobody has said which pixel is what, so edges and parts cannot be asked for"
    )
    st.markdown(
        f"A **linear probe** gets the numbers that a layer holds, and must tell from them {what}. It is fitted on training "
        "pictures and tested on test pictures. Compared with: the same network before its training, the bare pixels that are "
        "seen there (for the class, the whole picture), and guessing."
    )
    shape, n_classes, n = studied.sizes
    seconds = cnn_layers.seconds_to_probe(studied.config, shape, n_classes, n)
    if not st.toggle(f"Probe every layer ({_about(seconds)})", key="layers: probes"):
        return
    found = worker_data(f"{_CALLS}:probes", network=studied.network)
    if found is None:
        return
    sketch("layers_probes", {"readings": found["readings"]}, key="layers probes")
    st.markdown(
        "**In numbers of this network.** A difference counts where it exceeds twice its standard error."
    )
    st.markdown("\n".join(f"- {sentence}" for sentence in found["sentences"]))


def _symbols() -> None:
    with st.expander("In symbols"):
        st.markdown("**Receptive field**, behind one more window:")
        st.latex(r"r\leftarrow r+(k-1)\,j,\qquad j\leftarrow j\,s")
        st.caption(
            "r: side of the field in pixels · j: pixels between neighbouring fields · k: kernel · s: stride"
        )
        st.markdown("**Dream**, one step:")
        st.latex(
            r"p\leftarrow p+\eta\Big(\frac{g}{\lVert g\rVert}-\lambda\,\frac{\partial R}{\partial p}\Big)"
        )
        st.latex(r"g=\frac{\partial a}{\partial p},\qquad R=\tfrac12\sum_{i\sim j}(p_i-p_j)^2")
        st.caption(
            "p: pixels · a: strength of the channel or class · R: roughness, over neighbouring pixels · λ: its penalty"
        )
        st.markdown("**Probe**, fitted at once:")
        st.latex(r"W=(X^{\top}X+\lambda I)^{-1}X^{\top}Y,\qquad \text{answer}=\arg\max_k\,(x\,W)_k")
        st.caption(
            "X: what a layer holds at each place, a row each · Y: 1 for the right answer, −1 for the others · λ: keeps W small, "
            "chosen by leaving out one place at a time"
        )


def legal_dream(told: object, last: int) -> Dream | None:
    """The wish in what a browser told; None when it is anything else. last: number of the last layer."""
    if not isinstance(told, dict):
        return None
    layer, turn = whole(told.get("layer"), last + 1), whole(told.get("turn"), 2**50)
    jitter, smoothness = told.get("jitter"), told.get("smoothness")
    if layer is None or turn is None or not isinstance(jitter, bool):
        return None
    if not isinstance(smoothness, str) or smoothness not in cnn_layers.SMOOTHNESS:
        return None
    return Dream(layer, smoothness, jitter, turn)


def _about(seconds: float) -> str:
    return "about a second" if seconds < 1.5 else f"about {seconds:.0f} s"
