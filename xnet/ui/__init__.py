"""The part that people see: everything in here may import Streamlit, nothing below it does."""
