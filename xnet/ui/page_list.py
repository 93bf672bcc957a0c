"""The list of pages, with the path, title, icon and tooltip of each. No other module writes a page's path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page of the app.

    Attributes:
        path: its file, relative to `app.py`; Streamlit identifies pages by it.
        title: its name in the navigation.
        icon: its icon, in Streamlit's `:material/...:` notation.
        help: the tooltip in the navigation.
    """

    path: str
    title: str
    icon: str
    help: str


HOME = Page("pages/home.py", "Home", ":material/home:", "Start here: try an example or bring your own table.")
DATA = Page("pages/data.py", "Data", ":material/table_chart:",
            "Choose a sample table or upload your own, then the column to explain.")
SETUP = Page("pages/setup.py", "Setup", ":material/tune:",
             "Choose which activations the neurons may use and how long to search.")
DISCOVER = Page("pages/discover.py", "Discover", ":material/graph_3:",
                "Watch the network rewire itself while the error falls and the formula changes.")
MOTION = Page("pages/motion.py", "Motion", ":material/orbit:",
              "Find laws of motion: differential equations from a table of trajectories.")
RESULTS = Page("pages/results.py", "Results", ":material/function:",
               "Compare the formulas of a search and download them.")
PREDICT = Page("pages/predict.py", "Predict", ":material/calculate:",
               "Apply a formula to new values: type them or upload a table.")
LIBRARY = Page("pages/library.py", "Library", ":material/inventory_2:",
               "All searches: open, compare, annotate or delete them, and score a formula of your own.")
LEARN = Page("pages/learn.py", "Learn", ":material/school:",
             "See how a network finds a formula, one phase at a time, and look up every term of the app.")
PAGES = (HOME, DATA, SETUP, DISCOVER, RESULTS, PREDICT, MOTION, LIBRARY, LEARN)
