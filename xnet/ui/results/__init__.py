"""The Results page: the formulas of a search and everything about the selected one.

    page            the page
    formula_card    the selected formula: verdict, scores, fitted numbers, rounding
    fit_tab         predicted against actual values, and residuals
    class_tabs      the same for the probability of a class: probabilities, mistakes, classifiers
    importance_tab  permutation importance of the inputs
    response_tab    the formula for other inputs, within and beyond the data
    baselines_tab   other models on the same rows
    permutation_tab the permutation check: shuffled rows for comparison
    replay_tab      the best networks of the search in order
    downloads       files to download
    share           the link for reading
"""
