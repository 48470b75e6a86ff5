"""Starlette routes beside Streamlit: the frame stream, run control, the learner cookie, assets, health."""
