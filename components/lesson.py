"""The parts every lesson has: a question before, the sources after."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.catalog import CONCEPTS, concept


def opening(stem: str) -> None:
    """Title and the one-sentence claim."""
    item = concept(stem)
    st.title(item.title)
    st.markdown(item.claim)


def predict(key: str, question: str, options: Sequence[str], answer: str, because: str) -> None:
    """A question to guess before touching anything; the answer appears once the learner has committed to a guess."""
    with st.container(border=True):
        guess = st.radio(
            f"**Guess first.** {question}", options, index=None, key=f"guess {key}", horizontal=True
        )
        if guess is None:
            return
        verdict = "Right." if guess == answer else f"Not quite: {answer}."
        st.markdown(f"{verdict} {because}")


def sources(stem: str) -> None:
    """Where the idea comes from."""
    st.markdown("**Sources**\n\n" + "\n".join(f"- {source}" for source in concept(stem).sources))


def following(stem: str) -> None:
    """A link to the lesson after this one in the catalog."""
    item = CONCEPTS[CONCEPTS.index(concept(stem)) + 1]
    st.page_link(f"pages/{item.stem}.py", label=f"Next: {item.title}", icon=":material/arrow_forward:")
