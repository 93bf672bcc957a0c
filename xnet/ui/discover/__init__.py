"""The Discover page: a search while it runs, and its controls.

    page       the page; a part of it refreshes up to three times a second
    presentation  the same for a projector: large type, the whole window
    steering   the buttons that control the search, and the choice of pace
    step_view  one step of the search, phase by phase
"""
