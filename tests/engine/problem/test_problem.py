"""A problem: what is refused, which rows are held out, and that the front keeps its promises."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.helpers import net
from xnet.arrays import Array
from xnet.engine import ActivationError, DataError, FrontEntry, Problem, XNetError
from xnet.engine.front.entry import make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.selection import pick

X = np.random.default_rng(0).uniform(1, 2, (50, 2))
Y = X[:, 0] + X[:, 1]


def with_value(array: Array, value: float, row: int = 7) -> Array:
    changed = array.copy()
    changed[row] = value
    return changed


#: What is refused, and what the message says. The nearest valid neighbour is (X, Y) itself.
REFUSED: dict[str, tuple[dict, str]] = {
    "a flat X": ({"X": X[:, 0]}, r"X has shape \(50,\).*expected X \(n, d\)"),
    "a y of two columns": ({"y": X}, r"y \(50, 2\)"),
    "rows that do not fit": ({"y": Y[:49]}, r"\(50, 2\).*\(49,\).*same n"),
    "no columns": ({"X": X[:, :0]}, "0 columns"),
    "two rows": ({"X": X[:2], "y": Y[:2]}, "2 rows.*3 rows are needed"),
    "no rows": ({"X": X[:0], "y": Y[:0]}, "0 rows"),
    "a gap in X": ({"X": with_value(X, np.nan)}, r"Column 'a' of X has a missing \(NaN\) value in row 7"),
    "an infinity in X": ({"X": with_value(X, -np.inf)}, r"Column 'a' of X has a.* \(inf\) value in row 7"),
    "a gap in y": ({"y": with_value(Y, np.nan)}, r"y has a missing \(NaN\) value in row 7"),
    "too few names": ({"names": ("a",)}, "2 columns but 1 names"),
    "all rows held out": ({"holdout_fraction": 1.0}, "holdout_fraction is 1.0"),
    "a negative share": ({"holdout_fraction": -0.1}, "holdout_fraction is -0.1"),
    "weights of another length": ({"sample_weight": np.ones(49)}, r"sample_weight has shape \(49,\)"),
    "a negative weight": ({"sample_weight": with_value(np.ones(50), -1.0)}, "sample_weight is -1 in row 7"),
    "weights of nothing": ({"sample_weight": np.zeros(50)}, "above zero in 0 of 50 rows"),
    "a weight that is missing": ({"sample_weight": with_value(np.ones(50), np.nan)}, "sample_weight is nan in row 7"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_invalid_arguments_of_a_problem_are_refused_in_one_sentence(what: str) -> None:
    changed, message = REFUSED[what]
    valid = {"X": X, "y": Y, "names": ("a", "b"), "holdout_fraction": 0.2, "sample_weight": np.ones(50)}
    Problem.from_arrays(**valid)
    with pytest.raises(DataError, match=message) as caught:
        Problem.from_arrays(**{**valid, **changed})

    assert isinstance(caught.value, XNetError)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(ActivationError, match="'sinus'"):
        Problem.from_arrays(X, Y, activations=["add", "sinus"])


@pytest.mark.parametrize(("n", "fraction", "held_out"), [(50, 0.2, 10), (50, 0.0, 0), (50, 0.5, 25), (19, 0.2, 0),
                                                         (20, 0.2, 4), (3, 0.2, 0)])
def test_rows_are_held_out_where_there_are_enough(n: int, fraction: float, held_out: int) -> None:
    problem = Problem.from_arrays(X[:n], Y[:n], holdout_fraction=fraction)

    assert len(problem.train.y) == n - held_out
    assert (0 if problem.holdout is None else len(problem.holdout.y)) == held_out


def test_every_row_is_either_trained_on_or_held_out() -> None:
    table = np.column_stack([X, np.arange(50.0)])
    problem = Problem.from_arrays(table, Y)
    assert problem.holdout is not None
    ids = np.concatenate([problem.train.columns[2], problem.holdout.columns[2]])

    assert sorted(ids) == list(range(50))
    np.testing.assert_array_equal(problem.train.y, Y[problem.train.columns[2].astype(int)])


def test_the_seed_makes_the_split() -> None:
    def ids(seed: int) -> list[float]:
        return list(Problem.from_arrays(np.arange(50.0)[:, None], Y, seed=seed).train.columns[0])

    assert ids(1) == ids(1)
    assert ids(1) != ids(2)


def test_large_tables_are_searched_on_some_of_their_train_rows() -> None:
    rng = np.random.default_rng(1)
    big = np.column_stack([np.arange(3000.0), rng.uniform(size=3000)])
    y = rng.normal(size=3000)
    y[1234] = 50.0
    problem = Problem.from_arrays(big, y, holdout_fraction=0.1, seed=2)
    train = set(problem.train.columns[0])

    assert len(problem.search.y) < 1500
    assert set(problem.search.columns[0]) <= train
    assert len(set(problem.search.columns[0])) == len(problem.search.y)
    assert problem.match.max() < len(problem.search.y)
    assert len(set(problem.match)) == len(problem.match) <= 200
    if 1234.0 in train:  # the target's extremes are kept: a formula is judged by them
        assert 1234.0 in set(problem.search.columns[0][problem.match])


def test_losses_are_in_units_of_the_targets_variance() -> None:
    problem = Problem.from_arrays(X, 1000 * Y, holdout_fraction=0.0)
    mean = net(2, ("c", 0), constants=(float(1000 * Y.mean()),))

    assert problem.train.loss(mean) == pytest.approx(1.0)


@pytest.mark.parametrize("y", [np.zeros(50), np.full(50, 3.0), np.full(50, 1e30), np.full(50, -1e-30)])
def test_a_constant_target_has_a_scale(y: Array) -> None:
    problem = Problem.from_arrays(X, y)

    assert problem.train.scale > 0
    assert np.isfinite(problem.train.scale)
    assert problem.train.loss(net(2, ("c", 0), constants=(float(y[0]),))) == 0


def test_weights_are_scaled_to_a_mean_of_one() -> None:
    weight = np.random.default_rng(0).uniform(0, 9, 50)
    problem = Problem.from_arrays(X, Y, sample_weight=weight, holdout_fraction=0.0)

    np.testing.assert_allclose(problem.train.weight, weight / weight.mean())


def test_data_are_copied_or_at_least_never_written_to() -> None:
    ours, target = X.copy(), Y.copy()
    problem = Problem.from_arrays(ours, target)
    ours[:] = 0
    target[:] = 0

    np.testing.assert_array_equal(np.sort(problem.train.y), np.sort(Y[np.isin(Y, problem.train.y)]))
    assert problem.train.columns.min() >= 1


def test_a_problem_pickles_without_what_it_can_build_again() -> None:
    problem = Problem.from_arrays(X, Y, names=("a", "b"))
    library = problem.library(300)
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes

    assert len(pickle.dumps(problem)) < 20_000
    np.testing.assert_array_equal(again.library(300).standardised, library.standardised)
    assert again.names == ("a", "b")


def test_a_library_is_built_once() -> None:
    problem = Problem.from_arrays(X, Y)

    assert problem.library(300) is problem.library(300)
    assert problem.library(300) is not problem.library(200)


# The front and the default pick

def entry(complexity: int, loss: float, holdout: float | None = None, error: float = 0.0) -> FrontEntry:
    return FrontEntry(net(1, ("x", 0)), complexity, 0, loss, holdout, error)


entries = st.lists(st.builds(entry, st.integers(1, 30), st.floats(1e-26, 2.0)), min_size=1, max_size=25)


@given(entries)
def test_a_front_rises_in_complexity_and_falls_in_loss(offered: list[FrontEntry]) -> None:
    front: tuple[FrontEntry, ...] = ()
    for e in offered:
        before = front
        front = insert(front, e)
        assert front is before or e in front

    assert front
    assert all(a.complexity < b.complexity and a.loss > b.loss for a, b in pairwise(front))


@given(entries)
def test_no_offered_entry_is_much_better_than_the_front(offered: list[FrontEntry]) -> None:
    """Pareto-optimal up to the price of complexity: a simpler network may be one per cent worse."""
    front: tuple[FrontEntry, ...] = ()
    for e in offered:
        front = insert(front, e)
    for e in offered:
        best = min((f.loss for f in front if f.complexity <= e.complexity), default=np.inf)
        assert max(best, 1e-20) <= max(e.loss, 1e-20) * 1.25


def test_a_network_that_is_not_finite_is_never_on_the_front() -> None:
    front = insert((), entry(3, 0.5, 0.5))

    assert insert(front, entry(2, np.inf, 0.1)) is front
    assert insert(front, entry(2, np.nan, 0.1)) is front
    assert insert(front, entry(2, 0.1, np.inf)) is front
    assert insert(front, entry(2, 0.1, 0.1)) != front


def test_a_network_that_overfits_its_rows_is_not_on_the_front() -> None:
    """Much worse on held-out rows than a simpler one, and by more than its own error."""
    front = insert((), entry(3, 0.5, 0.5, 0.05))

    assert insert(front, entry(9, 0.1, 1.5, 0.2)) is front
    assert len(insert(front, entry(9, 0.1, 1.5, 2.0))) == 2  # too few rows to say
    assert len(insert(front, entry(9, 0.1, 0.6, 0.01))) == 2  # hardly worse
    assert len(insert(front, entry(9, 0.1, 0.3, 0.01))) == 2


def test_without_support_the_lowest_loss_is_picked() -> None:
    assert pick((entry(3, 0.10), entry(9, 0.0999))).complexity == 9
    assert pick((entry(3, 0.10), entry(9, 0.10))).complexity == 3


def test_entries_score_what_the_network_gives() -> None:
    problem = Problem.from_arrays(X, Y, seed=3)
    network = net(2, ("x", 0), ("c", 0), ("add", 0, 1), constants=(1.5,))
    made = make_entry(network, problem, "a test")
    assert problem.holdout is not None
    for rows, loss in ((problem.train, made.loss), (problem.holdout, made.loss_holdout)):
        assert loss == pytest.approx(np.mean((rows.columns[0] + 1.5 - rows.y) ** 2) / np.var(Y))

    assert made.loss_holdout is not None
    for rows, share in ((problem.train, made.explained_train), (problem.holdout, made.explained_holdout)):
        assert share == pytest.approx(1 - np.mean((rows.columns[0] + 1.5 - rows.y) ** 2) / np.var(rows.y))
    assert (made.complexity, made.n_parameters, made.reason) == (3, 1, "a test")
    squares = (problem.holdout.columns[0] + 1.5 - problem.holdout.y) ** 2 / np.var(Y)
    assert made.holdout_error == pytest.approx(squares.std() / np.sqrt(10))
