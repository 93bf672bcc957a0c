"""The Discover page: a search while it runs, and its controls.

    page       the page; a part of it refreshes up to three times a second
    steering   the buttons that control the search, and the choice of pace
    step_view  one step of the search, phase by phase
"""
