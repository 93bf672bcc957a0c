"""The Predict page: a formula applied to new values.

    page  the page: selection of the formula, predictions for typed rows or an uploaded table
    form  the input fields, one for each column of the original table that the formula needs
"""
