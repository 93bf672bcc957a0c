"""Formulas and scores as text for people.

`formula_words` reads a formula aloud; `score_text` formats R², shares and accuracies with the digits that matter.
"""
