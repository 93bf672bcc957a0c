"""The entry point of the app: `streamlit run app.py`. The pages are in pages/, their contents in xnet/ui/."""

from xnet.ui.shell import open_app

open_app()
