"""My runs: what this learner trained, to open, continue, compare, rename, take along or delete."""

import streamlit as st

from components.bundles import import_bundle
from components.compare import compare_runs
from components.learner import learner
from components.run_list import run_list
from components.run_view import open_run

st.title("My runs")
who = learner()
opened, compared = st.query_params.get("open"), st.query_params.get("compare")
if opened:
    open_run(who, opened)
elif compared:
    compare_runs(who, compared.split(","))
else:
    st.markdown(
        "Everything you trained here, newest first. A run is kept for a while, then deleted; export what you want to keep."
    )
    with st.expander("Import a bundle", icon=":material/upload:"):
        import_bundle(who)
    run_list(who)
