"""The Data page: choose a table, the roles of its columns, and the rows that a search uses.

    page      the page: samples, upload, paste, and the tabs about the chosen table
    roles     selectors of target and inputs; the table of roles and units
    rows      missing cells, conversions of text and dates, held-out rows
    pictures  histogram, scatter plots and correlations
"""
