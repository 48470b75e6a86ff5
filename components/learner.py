"""Who is looking at this page."""

from __future__ import annotations

import secrets

import streamlit as st

from training.runs import runs

COOKIE = "playground_learner"
_SESSION = "learner without a cookie"


def learner() -> str:
    """The anonymous id in the signed cookie; without one (cookies refused, a test) an id for this session."""
    token = st.context.cookies.get(COOKIE)
    known = runs().tokens.read("learner", token) if token else None
    if known is not None:
        return known
    return str(st.session_state.setdefault(_SESSION, secrets.token_hex(16)))
