# The least that Streamlit can show: what every page of the playground is compared with.
import streamlit as st

st.title("An empty page")
