"""The form in Streamlit."""

import streamlit as st

st.text_area("Text")
if st.button("Read"):
    st.session_state.clicks = st.session_state.get("clicks", 0) + 1
    st.write(f"done {st.session_state.clicks}")
