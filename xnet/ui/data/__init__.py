"""The Data page: choose a table, the roles of its columns, and the rows that a search uses.

    page          the page: samples, upload, paste, and the tabs about the chosen table
    roles         selectors of target and inputs; the table of names, roles and units
    row_editor    the rows: cells are edited, rows are excluded
    changes_list  what was changed, with undo
    rows          missing cells, conversions of text and dates, held-out rows
    pictures      histogram, scatter plots and correlations
"""
