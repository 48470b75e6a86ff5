"""The deep-learning playground: `streamlit run app.py`.

The pages are Streamlit's; the routes of `server/` beside them stream frames and take commands.
"""

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from server.learner import LearnerCookie
from server.lifespan import lifespan
from server.routes import EXCEPTION_HANDLERS, routes

BASE = f"/{base}" if (base := str(config.get_option("server.baseUrlPath")).strip("/")) else ""

# The folder `pages/` is ours, listed by st.navigation. Without this the first visitor who opens a lesson's address
# directly would get Streamlit's older reading of that folder: the bare page, without its frame.
PagesManager.uses_pages_directory = False

# After every rerun Streamlit walks through all objects of the process, which took three quarters of its time here.
# Python's own collector goes on.
config.set_option("runner.postScriptGC", False)

app = st.App(
    "navigation.py",
    routes=routes(BASE),
    middleware=[Middleware(LearnerCookie)],
    lifespan=lifespan,
    exception_handlers=EXCEPTION_HANDLERS,
)
