"""Classifiers: one network per class, fitted together.

    softmax     probabilities from scores, the joint fit of the networks, cross-fitting and calibration
    lasso       linear scores with an absolute penalty
    multiclass  the selection of the networks from the fronts of the searches
"""
