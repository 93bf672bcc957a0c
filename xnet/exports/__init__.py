"""Files that a formula or a run is exported to.

    export       all files of a formula, and a function that writes them to a folder
    languages    the formula in JavaScript, as a spreadsheet cell, and as SymPy code
    column_code  how derived columns follow from text and dates, in every language; date_code reads the dates
    report       a report as one HTML file
    animation    the search as an animated GIF
"""
