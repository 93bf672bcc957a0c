"""The Learn page: the method demonstrated on a dozen points, explanations, glossary, limits, privacy, citation.

    page          the page and its tabs
    toy           the demonstration
    toy_state     its state: the phases so far, and which of them is shown
    toy_points    the table of points, to edit them
    toy_question  "What would another activation do here?"
    toy_charts    its charts
"""
