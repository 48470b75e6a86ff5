"""The frame around every page: the catalog as Streamlit navigation."""

from typing import Literal

import streamlit as st

from components.catalog import chapters
from components.theme import STYLE

st.set_page_config(
    page_title="Deep-learning playground", page_icon="components/frontend/icon.svg", layout="wide"
)
st.html(STYLE)

home = st.Page("pages/home.py", title="Home", icon=":material/home:", default=True)
my_runs = st.Page("pages/runs.py", title="My runs", icon=":material/history:", url_path="my_runs")
lessons = {
    chapter: [
        st.Page(f"pages/{item.stem}.py", title=item.title, icon=item.icon, url_path=item.path)
        for item in concepts
    ]
    for chapter, concepts in chapters().items()
}
# `?embed=true` shows a lesson inside somebody else's page, which has a navigation of its own.
position: Literal["hidden", "top"] = "hidden" if st.context.is_embedded else "top"
st.navigation({"": [home, my_runs], **lessons}, position=position).run()
