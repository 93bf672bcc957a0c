"""Every word that the interface uses in a sense of its own, in alphabetical order, in one or two plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Term:
    """A word, what it means here, and other words under which people may look for it."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The term in an address: `/learn?term=held-out-rows`."""
        return self.name.lower().replace(" ", "-")


def find_terms(query: str) -> list[Term]:
    """The terms that a query names, by name first, then by other words, then by their meaning; all for no query."""
    wanted = " ".join(query.lower().replace("-", " ").split())
    if not wanted:
        return list(TERMS.values())
    by_name = [t for t in TERMS.values() if wanted in t.name.lower().replace("-", " ")]
    by_name.sort(key=lambda t: t.name.lower().replace("-", " ") != wanted)
    by_other = [t for t in TERMS.values() if any(wanted in word.lower().replace("-", " ") for word in t.also)]
    by_meaning = [t for t in TERMS.values() if wanted in t.meaning.lower().replace("-", " ")]
    return list(dict.fromkeys([*by_name, *by_other, *by_meaning]))


_ALL = (
    Term("Accuracy", "How much of the target's ups and downs a formula explains, as R²: 1 is perfect, 0 no better than "
         "always answering with the average.", ("R2", "score", "fit")),
    Term("Activation", "The function that a neuron applies to what comes in: a sine, a square root, a sum of two "
         "inputs. In most neural networks all neurons share one; here every neuron chooses its own.",
         ("function", "operator")),
    Term("Activation library", "The activations that you allow on the page Setup. A smaller library is searched sooner "
         "and gives formulas you can defend.", ("operators", "building blocks", "preset")),
    Term("Activations only", "A search without fitted numbers: formulas of columns and activations alone, such as "
         "√distance × distance. The strictest kind.", ("no parameters", "parameter-free")),
    Term("Alternating backpropagation", "The loop of the method. One phase lets derivatives say what each neuron "
         "should have put out and chooses activations by that; the other fits the numbers. Then again.",
         ("ABP", "method")),
    Term("Arity", "How many inputs an activation takes: none (a column, a number), one (sine, root), two (sum, "
         "product).",
         ("inputs of a neuron",)),
    Term("Baseline", "A simple rival to measure a formula by: the average, a straight line, a polynomial, boosted "
         "trees, a neural network.", ("comparison", "linear", "MLP")),
    Term("Budget", "How long the search may take. It ends sooner when nothing is left to find, and you can stop it at "
         "any time and keep the best.", ("time", "seconds")),
    Term("Candidate", "A small network from a large store of them that may take a neuron's place. Tens of thousands "
         "are compared with all targets at once.", ("sub-network",)),
    Term("Class", "A value that stands for a kind, such as a species or yes and no. Of a class the formula gives the "
         "probability, from 0 to 1; above one half it says yes.", ("classification", "probability", "category")),
    Term("Complexity", "The size of a network: its neurons and its numbers together. A straight line has 5.",
         ("size", "simplicity", "length")),
    Term("Constant", "A number in a formula. Fitted constants were adjusted to your data and count as parameters; "
         "exact numbers, such as the 2 of a square, do not.", ("number", "coefficient")),
    Term("Extrapolation", "Asking a formula about values outside the range of your table. Nothing checked it there, so "
         "such answers are marked.", ("out of range", "beyond")),
    Term("Forward pass", "The first phase: values go from the inputs through the neurons to the output.", ("forward",)),
    Term("Front", "The best formula of every size. Each step up the front is a longer formula that is more accurate; "
         "whatever is longer and no better is left out.", ("Pareto front", "accuracy against simplicity")),
    Term("Held-out rows", "Rows that the search never learns from. A formula that is right about them has not just "
         "learnt your table by heart.", ("validation", "test rows", "holdout", "split")),
    Term("Importance", "How much worse a formula gets when one column is shuffled. A column without importance was not "
         "needed.", ("sensitivity", "variable importance")),
    Term("Input", "A column that the formula may use.", ("column", "feature", "variable", "role")),
    Term("Interval", "The range in which a fitted number may well lie (95 %), supposing that the formula is right and "
         "the errors are alike.", ("uncertainty", "confidence", "standard error")),
    Term("Log loss", "How sure and right the probabilities of a class are: 0 is perfect, 0.693 a tossed coin, and "
         "being sure and wrong costs most.", ("cross-entropy", "logistic")),
    Term("Loss", "What the search makes small: the share of the target's ups and downs that is left unexplained, "
         "which is 1 − R².", ("error", "left unexplained", "unexplained share")),
    Term("Network", "Neurons wired from the columns to the target. It is the formula, drawn.",
         ("graph", "tree", "DAG")),
    Term("Neuron", "One activation at work: it takes the outputs of the neurons before it and hands its own on.",
         ("node",)),
    Term("Noise", "The part of the target that no formula of these columns can explain: errors of measurement, and "
         "whatever was not measured.", ("error", "scatter")),
    Term("Noise floor", "The loss that stays when only noise is left. Formulas below it have learnt the noise.",
         ("limit",)),
    Term("Outlier", "A row far from all that the others say. “A few rows may be wild” keeps such rows from pulling at "
         "the formula.", ("wild rows", "robust", "Huber")),
    Term("Output", "What a neuron puts out; the last neuron's output is the network's answer.",
         ("answer", "prediction")),
    Term("Parameters", "The fitted numbers of a formula, shown as “Fitted numbers”. Fewer are more convincing: with "
         "enough of them anything can be fitted.", ("fitted numbers", "constants", "coefficients")),
    Term("Phase", "One of the four parts of a step: forward, targets, choice of activation, parameters.", ("step",)),
    Term("Replay", "The best networks of a search one after the other, under a slider.", ("history",)),
    Term("Residual", "What a formula is off by in one row: actual value minus predicted value.", ("rest", "error")),
    Term("Run", "What is kept of one search: its data, settings and results, in a folder of its own. Saved as one "
         "file it is a run bundle, which any X-Net opens.", ("bundle", "saved search", "job")),
    Term("Search", "What you start with “Discover a formula”: networks are tried until the law is found, the time is "
         "used up or you stop. The page Library lists all searches.", ("run", "discovery")),
    Term("Seed", "The number that random choices start from. The same seed, data and settings repeat a search, if its "
         "budget is in steps.", ("random",)),
    Term("Sensitivity", "How much the network's answer moves when one neuron's output moves a little; a derivative, "
         "one for every row.", ("derivative", "gradient", "backpropagation")),
    Term("Target", "Two things. Of a table: the column to explain. Of a neuron: what it should have put out, row by "
         "row, for the answer to be right.", ("explain this column", "should put out")),
    Term("Training rows", "The rows that the search learns from.", ("train",)),
    Term("Typical error", "The root mean squared error (RMSE): about how far off the formula is in one row, in the "
         "target's unit.", ("RMSE",)),
    Term("Unit", "What a column is measured in. Units are checked beside a formula and reported; they never "
         "forbid one.",
         ("dimension",)),
    Term("Verdict", "Whether a formula is worth more than the average and a straight line (of a class: its share and "
         "logistic regression), judged on held-out rows.",
         ("badge",)),
    Term("Weight", "How much it matters, in one row, that a neuron meets its target: where its sensitivity is small it "
         "hardly does, and its gap is drawn faint.", ("importance of a row",)),
)
#: The terms by their keys.
TERMS: MappingProxyType[str, Term] = MappingProxyType({t.key: t for t in sorted(_ALL, key=lambda t: t.name.lower())})
