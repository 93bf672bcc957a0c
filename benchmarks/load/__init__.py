"""Many sessions on one server, without browsers: `python -m benchmarks.load`.

    session   one session: Streamlit's messages over a WebSocket
    command   the server, the searches, the sessions, and the figures
"""
