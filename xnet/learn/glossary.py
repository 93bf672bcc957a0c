"""The glossary: every technical term of the app, in one or two sentences."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Term:
    """A term, its meaning in the app, and other words that people may search for."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of the term in an address: `/learn?term=held-out-rows`."""
        return self.name.lower().replace(" ", "-")


def find_terms(query: str) -> list[Term]:
    """The terms that match a query: by name first, then by other words, then by meaning; all for an empty query."""
    wanted = " ".join(query.lower().replace("-", " ").split())
    if not wanted:
        return list(TERMS.values())
    by_name = [t for t in TERMS.values() if wanted in t.name.lower().replace("-", " ")]
    by_name.sort(key=lambda t: t.name.lower().replace("-", " ") != wanted)
    by_other = [t for t in TERMS.values() if any(wanted in word.lower().replace("-", " ") for word in t.also)]
    by_meaning = [t for t in TERMS.values() if wanted in t.meaning.lower().replace("-", " ")]
    return list(dict.fromkeys([*by_name, *by_other, *by_meaning]))


_ALL = (
    Term("Accuracy", "How much of the variation of the target a formula explains, as R²: 1 is perfect, 0 is no better "
         "than the mean. Training rows and held-out rows are each compared with the mean of their own rows. Where the "
         "target does not vary, there is no R².", ("R2", "score", "fit")),
    Term("Activation", "The function that a neuron applies to its inputs: a sine, a square root, a sum of two inputs. "
         "In most neural networks all neurons have the same activation; here the search chooses one for each neuron.",
         ("function", "operator")),
    Term("Activation library", "The activations that you allow on the Setup page. With fewer activations, the search "
         "is faster and the formulas are easier to justify.", ("operators", "building blocks", "preset")),
    Term("Activations only", "A search without fitted numbers. Its formulas contain only columns and activations, such "
         "as √distance × distance.", ("no parameters", "parameter-free")),
    Term("Alternating backpropagation", "The loop of the method. In one phase, derivatives give every neuron a target, "
         "and activations are chosen that match the targets. In the other phase, the numbers are fitted. Both repeat.",
         ("ABP", "method")),
    Term("Arity", "The number of inputs of an activation: none (a column, a number), one (sine, root), or two (sum, "
         "product).",
         ("inputs of a neuron",)),
    Term("Baseline", "Another model to compare a formula with: the mean, a linear formula, a polynomial, boosted "
         "trees, a neural network.", ("comparison", "linear", "MLP")),
    Term("Budget", "The time that the search may take. It ends earlier if nothing is left to find. You can stop it at "
         "any time and keep the best formulas.", ("time", "seconds")),
    Term("Candidate", "A small network that may take the place of a neuron. The search compares tens of thousands of "
         "candidates with all targets at once.", ("sub-network",)),
    Term("Checkpoint", "The saved state of a search. An interrupted search continues from its last checkpoint.",
         ("resume", "interrupted")),
    Term("Class", "A value that names a category, such as a species, or yes and no. For a class, the formula gives a "
         "probability from 0 to 1; above 0.5 it means yes.", ("classification", "probability", "category")),
    Term("Complexity", "The size of a network: the number of its neurons plus the number of its numbers. A straight "
         "line has complexity 5.",
         ("size", "simplicity", "length")),
    Term("Constant", "A number in a formula. Fitted constants are adjusted to your data and count as parameters. "
         "Exact numbers, such as the 2 of a square, do not count.", ("number", "coefficient")),
    Term("Extrapolation", "The use of a formula for values outside the range of your table. It was not checked there, "
         "so the app marks these predictions.", ("out of range", "beyond")),
    Term("Forward pass", "The first phase: values pass from the inputs through the neurons to the output.",
         ("forward",)),
    Term("Front", "The most accurate formula of every complexity. A longer formula is on the front only if it is more "
         "accurate than all shorter ones that have a value everywhere between the rows.",
         ("Pareto front", "accuracy against simplicity")),
    Term("Held-out rows", "Rows that no formula is fitted to. If a formula is accurate on them, it has not merely "
         "memorised the training rows. They have a part in the choice of the suggestion, so its score on them is "
         "slightly too good.", ("validation", "test rows", "holdout", "split")),
    Term("Importance", "How much worse a formula gets when the values of one column are shuffled. If nothing changes, "
         "the column was not needed.", ("sensitivity", "variable importance")),
    Term("Input", "A column that the formula may use.", ("column", "feature", "variable", "role")),
    Term("Interval", "The 95 % confidence interval of a fitted number. It is valid if the formula is right and the "
         "errors are as the loss assumes: under squared errors independent and of equal size.",
         ("uncertainty", "confidence", "standard error")),
    Term("Log loss", "The error of the probabilities of a class: 0 is perfect, and a probability of 0.5 for every row "
         "gives 0.693. Wrong probabilities close to 0 or 1 count most.", ("cross-entropy", "logistic")),
    Term("Loss", "The quantity that the search minimises: the share of the variation of the target that the formula "
         "leaves unexplained, 1 − R². With protection against outliers it is 1 − the robust R², and for another cost "
         "of errors the cost over that of the best constant.", ("error", "left unexplained", "unexplained share")),
    Term("Network", "Neurons that are connected from the columns to the target. It is a drawing of the formula.",
         ("graph", "tree", "DAG")),
    Term("Neuron", "A node of the network: it applies its activation to the outputs of the neurons before it, and "
         "passes the result on.",
         ("node",)),
    Term("Noise", "The part of the target that no formula of these columns can explain: errors of measurement, and the "
         "influence of quantities that were not measured.", ("error", "scatter")),
    Term("Noise floor", "The loss at which only noise is left. Formulas with a lower loss have fitted the noise.",
         ("limit",)),
    Term("Outlier", "A row that does not fit the pattern of the others. The loss “Squared error, outliers limited” "
         "in Setup limits the influence of outliers on the formula.", ("wild rows", "robust", "Huber")),
    Term("Output", "The value that a neuron computes. The output of the last neuron is the output of the network.",
         ("answer", "prediction")),
    Term("Parameters", "The fitted numbers of a formula, shown as “Fitted numbers”. A formula with few parameters is "
         "more convincing, because with many parameters almost anything can be fitted.",
         ("fitted numbers", "constants", "coefficients")),
    Term("Phase", "One of the four parts of a step: forward, targets, choice of activation, parameters.", ("step",)),
    Term("Replay", "The best networks of a search in order, with a slider.", ("history",)),
    Term("Residual", "The error of a formula in one row: actual value minus predicted value.", ("rest", "error")),
    Term("Run", "The folder of one search, with its data, settings and results. As a single file it is a run bundle, "
         "which any X-Net can open.", ("bundle", "saved search", "job")),
    Term("Search", "The activity that “Discover a formula” starts: the app tries networks until it finds an exact "
         "formula, nothing is left to find, the time is used up, or you stop it. The Library page lists all searches.",
         ("run", "discovery")),
    Term("Seed", "The initial value of the random choices. With the same seed, data and settings, a search repeats "
         "exactly if its budget is in steps.", ("random",)),
    Term("Sensitivity", "How much the output of the network changes when the output of one neuron changes a little: a "
         "derivative, one for every row.", ("derivative", "gradient", "backpropagation")),
    Term("Target", "Of a table: the column to explain. Of a neuron: the output, in each row, that would make the "
         "output of the network right.", ("explain this column", "should put out")),
    Term("Training rows", "The rows that the search learns from.", ("train",)),
    Term("Typical error", "The root mean square error (RMSE): the typical size of a residual, in the unit of the "
         "target. Every row counts alike, also with weights. On Predict it is a share of the value where errors are "
         "relative. Counts scatter by about the square root of the value.", ("RMSE",)),
    Term("Unit", "The unit of measurement of a column. The app reports whether the units of a formula fit together "
         "and which unit each number would need. It rejects formulas because of units only where you choose that in "
         "Setup, under “Units of the columns”.",
         ("dimension",)),
    Term("Verdict", "Whether a formula is better than the mean and a linear formula (for a class: than its share and "
         "logistic regression), measured on held-out rows.",
         ("badge",)),
    Term("Standard error", "The uncertainty of a fitted number, estimated from the residuals. The intervals are "
         "computed from it.", ("uncertainty",)),
    Term("Warm start", "A search that starts from the formulas of an earlier search.", ("continue", "go on")),
    Term("Weight", "The importance, in one row, of the difference between the output of a neuron and its target. If "
         "the sensitivity is small, the weight is small and the gap is drawn faint.", ("importance of a row",)),
)
#: Key -> term, in alphabetical order.
TERMS: MappingProxyType[str, Term] = MappingProxyType({t.key: t for t in sorted(_ALL, key=lambda t: t.name.lower())})
