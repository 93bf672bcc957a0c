"""The router: `streamlit run app.py`. Pages live in pages/, everything they show in xnet/ui/."""

from xnet.ui.shell import open_app

open_app()
