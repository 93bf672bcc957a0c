"""The contents of the Learn page, without Streamlit.

    toy              a demonstration of alternating backpropagation, one phase at a time
    toy_moves        the activations that it tries in place of a neuron
    toy_points       its points: hidden laws, noise, and points that the user types
    pictures         five pictures of how the search works, as SVG
    glossary         the terms of the app
    readme_sections  sections of the README that the page shows
    citation         BibTeX entries
"""
