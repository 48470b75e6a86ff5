"""Runs: a spec becomes a worker process, a log of frames, and a row in the database.

This package knows neither torch nor Streamlit. A model is imported only inside a worker, by its catalog name.
Where to start reading: `worker.py` (what a run does), then `local.py` (how runs share the machine).
"""
