"""What data says about a formula, computed from a network and arrays.

Scores: `scores` (R² and errors), `class_scores` (accuracy and log loss), `class_probability` (log-odds and
probabilities). Comparison: `baselines` and `class_evidence` fit ordinary models; `verdict` judges a formula against
them; `recommendations` picks formulas of a front. Inspection: `constants` (fitted values and intervals of constants),
`evidence` (rounded constants), `response` (curves, poles, importance of inputs), `units` (consistency of units),
`neuron_inspection` (targets of neurons), `step_story` (one step of a search in four phases).
"""
