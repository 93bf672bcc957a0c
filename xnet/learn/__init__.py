"""The Learn page without Streamlit."""
