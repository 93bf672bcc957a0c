"""Parts of the page that several pages use.

    network_view      the drawing of a network, an inline SVG
    neuron_notes      the texts of the inspector, for each neuron
    formula_view      a formula, typeset or as text, and its scores
    front_view        the front: chart, table and recommended formulas
    selected_formula  the formula that the user has selected, with its rows, predictions and scores
    joined_classes    the formulas of all classes, joined
    page_scripts      names of tables for screen readers, one entry of the history a page
    charts            the loss chart and plotly figures
    share             the button that creates and ends a link for reading
    holdout_share     the slider for the share of held-out rows
"""
