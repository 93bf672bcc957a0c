"""The list of pages: their titles, icons, paths and functions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One page of the app."""

    path: str
    title: str
    icon: str
    help: str


HOME = Entry("pages/home.py", "Home", ":material/home:", "Start here: try an example or bring your own table.")
DATA = Entry("pages/data.py", "Data", ":material/table_chart:",
             "Choose a sample table or upload your own, and say which column is to be explained.")
SETUP = Entry("pages/setup.py", "Setup", ":material/tune:",
              "Choose which activations the neurons may use and how long to search.")
DISCOVER = Entry("pages/discover.py", "Discover", ":material/graph_3:",
                 "Watch the network rewire itself while the error falls and the formula changes.")
RESULTS = Entry("pages/results.py", "Results", ":material/function:",
                "Compare the formulas that were found and download them.")
PREDICT = Entry("pages/predict.py", "Predict", ":material/calculate:",
                "Use a formula on other values: type them, or bring a table.")
LIBRARY = Entry("pages/library.py", "Library", ":material/inventory_2:",
                "All searches: open, compare, annotate or delete them, and score a formula of your own.")
LEARN = Entry("pages/learn.py", "Learn", ":material/school:",
              "See how a network finds a formula, one phase at a time, and look up every word the app uses.")
PAGES = (HOME, DATA, SETUP, DISCOVER, RESULTS, PREDICT, LIBRARY, LEARN)
