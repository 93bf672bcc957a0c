"""The Library page: all searches.

    page          the page: table of searches, card of the selected one, note, deletion
    compare       two searches side by side
    user_formula  scores of a formula that the user types
"""
