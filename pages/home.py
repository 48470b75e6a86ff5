"""Home: what there is to play with, by chapter, and what this learner ran last."""

import streamlit as st

from components.catalog import chapters
from components.learner import learner
from components.recent import recent_runs

st.title("Deep-learning playground")
st.markdown(
    "Pick an idea, guess what will happen, press **Train** and watch a real network learn. "
    "Everything runs on this server; nothing leaves it."
)

for chapter, concepts in chapters().items():
    st.header(chapter)
    for row in range(0, len(concepts), 3):
        for column, item in zip(st.columns(3), concepts[row : row + 3], strict=False):
            with column.container(border=True):
                st.page_link(f"pages/{item.stem}.py", label=f"**{item.title}**", icon=item.icon)
                st.markdown(item.claim)

recent_runs(learner())
