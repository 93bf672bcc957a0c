"""The Setup page: activations, size and time budget, prior knowledge, and the start of a search.

    page                the page, with the settings that most searches need
    activation_library  presets and groups of activations
    own_functions       definitions of own functions
    advanced            prior knowledge, treatment of rows, seed and processes
"""
