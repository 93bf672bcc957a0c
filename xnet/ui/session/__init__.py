"""The state of a browser session, and what buttons do with it.

    state          the keys of Streamlit's session state, their defaults, and the search settings
    table_choice   the choices about the table: roles of columns, units, conversions, held-out rows
    current_run    which run the session shows, from the URL or from memory
    actions        callbacks of buttons: use a sample, start a search, add time, search again
    navigation     switching to another page from a callback
    callbacks      callbacks that can fail: an error becomes a message
"""
