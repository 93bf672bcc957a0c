"""Moves: a planted answer is found by every kind of question, and a question predicts what its answer does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.engine.helpers import net, oracle, rows_of
from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, PRESETS, Network, resolve_activations
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import Expr, add, call, evaluate, var
from xnet.engine.candidates.library import CandidateLibrary, build_library
from xnet.engine.candidates.matching import best_matches
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves import parameter_free_moves
from xnet.engine.moves.neuron_moves import inverse_target, network_questions
from xnet.engine.moves.question import Question
from xnet.engine.moves.target_transforms import outer_spaces, root_questions, seed_questions
from xnet.engine.moves.targets import Target

DEFAULT = resolve_activations("default")
X0, X1, X2 = ("x", 0), ("x", 1), ("x", 2)
N = 60
DATA = np.random.default_rng(8).uniform(0.5, 2.5, (N, 3))


@pytest.fixture(scope="module")
def library() -> CandidateLibrary:
    return build_library(np.ascontiguousarray(DATA.T), DEFAULT, 900)


def answers(questions: list[Question], library: CandidateLibrary, top: int = 3,
            ) -> Iterator[tuple[Question, float, Expr]]:
    """(question, predicted loss, answer) of the best candidates of every question."""
    everything = np.arange(N)
    memo: dict[Expr, Array] = {}
    for found in best_matches(library, [q.match(everything) for q in questions], top):
        candidate = library.expression(found.candidate)
        values = evaluate(candidate, DATA.T, memo)
        for expr in questions[found.match].answers(candidate, values):
            yield questions[found.match], found.predicted, expr


def loss_of(expr: Expr, rows: Rows) -> float:
    with np.errstate(all="ignore"):
        return rows.loss_of(evaluate(expr, rows.columns, {}))


def best_answer(network: Network, y: Array, library: CandidateLibrary,
                activations: tuple[str, ...] = DEFAULT) -> tuple[float, Expr, str]:
    rows = rows_of(DATA, y)
    with np.errstate(all="ignore"):
        questions = network_questions(network, rows, activations)
        results = [(loss_of(expr, rows), expr, q.words) for q, _, expr in answers(questions, library)]
    return min(results, key=lambda r: r[0])


C0 = ("c", 0)
#: name -> (network, the law that is one move away).
PLANTED: dict[str, tuple[Network, Callable[[Array, Array, Array], Array]]] = {
    "a missing term": (net(3, C0, X0, ("mul", 0, 1), constants=(2.0,)), lambda a, b, c: 1.7 * a + 3 * np.sin(b) + 0.3),
    "a missing term beside two": (net(3, C0, X0, ("mul", 0, 1), X1, ("exp", 3), ("add", 2, 4), constants=(2.0,)),
                                  lambda a, b, c: -a + 0.5 * np.exp(b) + 2 * c * c),
    "a missing factor": (net(3, C0, X0, ("mul", 0, 1), constants=(2.0,)), lambda a, b, c: 1.5 * a * np.exp(-b)),
    "a missing factor with a bias": (net(3, X0, ("sin", 0)), lambda a, b, c: np.sin(a) * (2.5 * b * c - 1.2)),
    "a missing denominator": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) / (0.7 + 1.3 * b * b)),
    "a wrong inner function": (net(3, C0, X0, ("exp", 1), ("mul", 0, 2), X1, ("mul", 3, 4), constants=(1.5,)),
                               lambda a, b, c: 1.5 * np.cos(a) * b),
    "a wrong term": (net(3, C0, X0, ("mul", 0, 1), X1, ("exp", 3), ("add", 2, 4), constants=(2.0,)),
                     lambda a, b, c: 3 * a + 5 * np.cos(c) - 1),
    "a missing outer root": (net(3, X0, X1, ("add", 0, 1)), lambda a, b, c: np.sqrt(2 * a * a * b + 0.4)),
    "a missing outer exponential": (net(3, X0), lambda a, b, c: np.exp(-1.5 * a / b + 0.2)),
    "a missing outer logarithm": (net(3, X0), lambda a, b, c: np.log(1.5 * a * b + 0.2)),
    "a missing outer square": (net(3, X0), lambda a, b, c: (1.5 * np.sin(a) + 3.2) ** 2),
    "a missing outer tanh": (net(3, X0), lambda a, b, c: np.tanh(0.3 * a * b - 0.5)),
    "one over": (net(3, X0), lambda a, b, c: 1 / (a * b + 0.7)),
    "a power law": (net(3, X0, X1, ("mul", 0, 1)), lambda a, b, c: 3 * a**2 / b**1.5 * c**0.5),
    "a power law of a negative target": (net(3, X0, X1, ("mul", 0, 1)), lambda a, b, c: -0.2 * a**-2.5 * b**1.5 * c),
    "a power law with a sum": (net(3, X0, X1, ("mul", 0, 1)), lambda a, b, c: 3 * a**2 * (b + c) ** -2.0),
    "another factor": (net(3, X0, X1, ("add", 0, 1), X2, ("mul", 2, 3)), lambda a, b, c: 2 * (a + b) / c * np.exp(-a)),
    "below a shared neuron": (net(3, X0, ("sin", 0), X1, ("mul", 1, 2), ("add", 3, 1)),
                              lambda a, b, c: np.exp(-a) * b + np.exp(-a)),
}


@pytest.mark.parametrize("kind", list(PLANTED))
def test_what_is_one_move_away_is_found_exactly(kind: str, library: CandidateLibrary) -> None:
    network, law = PLANTED[kind]
    y = law(*DATA.T)
    loss, expr, words = best_answer(network, y, library)
    made = to_network(expr, 3, DEFAULT)

    assert loss < 1e-22, words
    assert made is not None
    np.testing.assert_allclose(oracle(made, DATA), y, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_power_laws_of_either_sign_need_no_exponential(sign: float, library: CandidateLibrary) -> None:
    a, b, c = DATA.T
    network = net(3, X0, X1, ("mul", 0, 1))
    loss, _, words = best_answer(network, sign * 0.2 * a**-2.5 * b**1.5 * c, library, (*PRESETS["rational"], "pow"))

    assert loss < 1e-22, words


@pytest.mark.parametrize("kind", list(PLANTED))
def test_asking_leaves_network_and_rows_as_they_are(kind: str, library: CandidateLibrary) -> None:
    network, law = PLANTED[kind]
    rows = rows_of(DATA, law(*DATA.T))
    copies = rows.columns.copy(), rows.y.copy()
    same = Network.from_json(network.to_json())
    with np.errstate(all="ignore"):
        for _ in answers(network_questions(network, rows, DEFAULT), library, top=1):
            pass

    assert network == same
    np.testing.assert_array_equal(rows.columns, copies[0])
    np.testing.assert_array_equal(rows.y, copies[1])


def test_every_answer_is_a_network_of_the_library(library: CandidateLibrary) -> None:
    network, law = PLANTED["a wrong term"]
    rows = rows_of(DATA, law(*DATA.T))
    with np.errstate(all="ignore"):
        questions = network_questions(network, rows, DEFAULT)
        made = [to_network(expr, 3, DEFAULT) for _, _, expr in answers(questions, library, 1)]

    assert len(made) > 20
    assert all(m is not None and {n.activation for n in m.neurons if n.children} <= set(DEFAULT) for m in made)


LINEAR = net(3, C0, X0, ("mul", 0, 1), ("c", 1), X1, ("sin", 4), ("mul", 3, 5), ("add", 2, 6), constants=(2.0, -1.0))


@pytest.mark.parametrize("weighted", [False, True])
def test_in_linear_places_the_predicted_loss_is_the_true_one(library: CandidateLibrary, weighted: bool) -> None:
    """2 x0 - sin(x1): everything but x1 under the sine is a linear place."""
    rng = np.random.default_rng(4)
    y = 2 * DATA[:, 0] + rng.normal(size=N)
    weight = rng.uniform(0.2, 3.0, N) if weighted else None
    rows = rows_of(DATA, y, weight)
    root = np.ones(N) if weight is None else np.sqrt(weight)
    checked, before = 0, None
    with np.errstate(all="ignore"):
        for question, predicted, expr in answers(network_questions(LINEAR, rows, DEFAULT), library):
            if (id(question), predicted) == before:
                continue  # the same answer once more, without the terms that may be noise
            before = (id(question), predicted)
            if question.logs or "under" in question.words or "over" in question.words or "growth" in question.words:
                continue  # these see the loss through a curve
            if question.w.max() == 0 or not linear_place(question, rows):
                continue
            r = root * (evaluate(expr, rows.columns, {}) - y)
            checked += 1
            assert predicted == pytest.approx(float(r @ r), rel=2e-3), question.words
    assert checked > 20


def linear_place(question: Question, rows: Rows) -> bool:
    """Whether the network's output is linear in what the question asks for: f(v) - f(0) doubles with v."""
    at = [evaluate(question.wrap(e), rows.columns, {}) for e in (_times(0.0), _times(1.0), _times(2.0))]
    return bool(np.allclose(at[2] - at[0], 2 * (at[1] - at[0]), rtol=1e-9, atol=1e-9))


def _times(c: float) -> Expr:
    return add([(c, var(2))])


def test_a_question_on_some_rows_asks_about_these_rows(rng: np.random.Generator) -> None:
    rows = rows_of(DATA, rng.normal(size=N))
    which = np.array([2, 3, 5, 7, 11])
    with np.errstate(all="ignore"):
        questions = network_questions(LINEAR, rows, DEFAULT)
    for question in questions:
        match = question.match(which)

        np.testing.assert_array_equal(match.y, question.y[which])
        np.testing.assert_array_equal(match.w, question.w[which])
        assert len(match.basis) == len(question.basis)
        assert match.base == pytest.approx(question.base * 5 / N)


@pytest.mark.parametrize("name", [n for n, a in ACTIVATIONS.items() if a.inverses])
def test_below_an_activation_the_weighted_distance_stays_the_same_to_second_order(name: str) -> None:
    """sum w (t - u(v + d))^2 = sum w' d^2 for small d, on every branch."""
    inside = {"log": (0.5, 3), "sqrt": (0.5, 3), "arcsin": (-0.8, 0.8), "arccos": (-0.8, 0.8), "tanh": (-1.5, 1.5),
              "tan": (-1.2, 1.2), "reciprocal": (0.5, 3), "abs": (0.5, 3)}.get(name, (0.3, 1.3))
    rng = np.random.default_rng(6)
    u, w = ACTIVATIONS[name].value, rng.uniform(0.5, 2, N)
    t = u(np.linspace(*inside, N))
    for branch in ACTIVATIONS[name].inverses:
        with np.errstate(all="ignore"):
            below = inverse_target(Target(np.zeros(N), t, w, 0.25), name, branch)
        assert below is not None
        d = 1e-6 * rng.normal(size=N)
        expected = w * (t - u(below.t + d)) ** 2

        np.testing.assert_allclose(below.w * d * d, expected, rtol=1e-3, atol=1e-15)
        assert below.base == 0.25


def test_rows_without_an_inverse_keep_their_loss_and_many_of_them_end_the_question() -> None:
    t = np.linspace(0.5, 2.0, N)
    t[3] = -1.0
    o = np.full(N, 0.7)
    with np.errstate(all="ignore"):
        below = inverse_target(Target(o, t, np.full(N, 2.0), 1.0), "exp", np.log)
        lost = inverse_target(Target(o, np.where(np.arange(N) % 3, t, -1.0), np.ones(N), 0.0), "exp", np.log)

    assert below is not None
    assert below.base == pytest.approx(1.0 + 2.0 * (-1.0 - 0.7) ** 2)
    assert below.w[3] == 0
    assert np.isfinite(below.t).all()
    assert lost is None


# Activations only

WITHOUT_PARAMETERS: dict[str, tuple[Network, Callable[[Array, Array, Array], Array]]] = {
    "a missing term": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) + np.sin(b)),
    "a term taken away": (net(3, X0, ("exp", 0), X1, ("mul", 1, 2), X2, ("add", 3, 4)),
                          lambda a, b, c: np.exp(a) * b + c - np.sin(b)),
    "a missing factor": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) * b / c),
    "a missing denominator": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) / (1 + b)),
    "a wrong inner function": (net(3, X0, ("exp", 0), X1, ("mul", 1, 2)), lambda a, b, c: np.cos(a) * b),
    "a missing outer root": (net(3, X0), lambda a, b, c: np.sqrt(a + b)),
    "an opposite": (net(3, X0), lambda a, b, c: -a * b),
    "twice": (net(3, X0), lambda a, b, c: 2 * a * b),
}


@pytest.mark.parametrize("kind", list(WITHOUT_PARAMETERS))
def test_without_parameters_what_is_one_move_away_is_found_too(kind: str) -> None:
    network, law = WITHOUT_PARAMETERS[kind]
    rows = rows_of(DATA, law(*DATA.T))
    plain = build_library(np.ascontiguousarray(DATA.T), DEFAULT, 900, parameters=False)
    with np.errstate(all="ignore"):
        questions = parameter_free_moves.network_questions(network, rows, DEFAULT)
        found = [(loss_of(expr, rows), expr) for _, _, expr in answers(questions, plain)]
    loss, expr = min(found, key=lambda item: item[0])
    made = to_network(expr, 3, DEFAULT, parameters=False)

    assert loss < 1e-24
    assert made is not None
    assert made.n_parameters == 0
    np.testing.assert_allclose(oracle(made, DATA), rows.y, rtol=1e-9)


# The start: outer spaces, seeds and sums of powers

@pytest.mark.parametrize("law", ["positive", "both signs", "small"])
def test_every_outer_space_leads_back_to_the_target(law: str) -> None:
    """Whatever fits the inner target fits the target: the wrapped inner target is y."""
    y = {"positive": DATA[:, 0] * DATA[:, 1] + 0.5, "both signs": DATA[:, 0] - 1.4,
         "small": 0.3 * np.sin(DATA[:, 0]) + 0.1}[law]
    rows = rows_of(DATA, y)
    with np.errstate(all="ignore"):
        spaces = outer_spaces(rows, DEFAULT)
        for space in spaces:
            reach = space.target.w > 0
            assert reach.mean() > 0.8
            back = evaluate(space.wrap(var(0)), space.target.t[None, :], {})
            # sqrt(w) is the slope of the chain: what rounding of the inner target makes of the output.
            rounding = 1e-10 + 1e-14 * np.sqrt(space.target.w) * (1 + np.abs(space.target.t))
            assert (np.abs(back - y) <= rounding * 10)[reach].all(), space.words

    assert spaces[0].depth == 0
    assert len(spaces) > 5


def test_outer_spaces_are_all_different() -> None:
    rows = rows_of(DATA, DATA[:, 0] * DATA[:, 1] + 0.5)
    with np.errstate(all="ignore"):
        spaces = outer_spaces(rows, DEFAULT)
    for i, space in enumerate(spaces):
        for other in spaces[i + 1:]:
            assert not np.allclose(space.target.t, other.target.t, rtol=1e-9), (space.words, other.words)


ROOTS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "a candidate": lambda a, b, c: 2 * a * b * c + 1,
    "under a root": lambda a, b, c: np.sqrt(a * a + b * b),
    "under two": lambda a, b, c: 1 / (np.exp(a * b) - 1),
    "a straight line": lambda a, b, c: 2 * a - 3 * b + 0.5 * c + 1,
    "a power law": lambda a, b, c: 0.7 * a**2 * b**-1.5 * c,
    "a power law with a factor": lambda a, b, c: 0.7 * a**2 * (b + c) ** -1.0,
    "a power law and growth": lambda a, b, c: 1.3 * a**3 * np.exp(-b * c),
}


@pytest.mark.parametrize("kind", list(ROOTS))
def test_the_root_is_matched_before_any_network_stands(kind: str, library: CandidateLibrary) -> None:
    rows = rows_of(DATA, ROOTS[kind](*DATA.T))
    with np.errstate(all="ignore"):
        questions = root_questions(outer_spaces(rows, DEFAULT), rows, DEFAULT)
        losses = [loss_of(expr, rows) for _, _, expr in answers(questions, library)]

    assert min(losses) < 1e-22


SEEDED: dict[str, Callable[[Array, Array], Array]] = {
    "a product": lambda seed, other: seed * (1.5 * other - 0.4), "a quotient": lambda seed, other: seed / (other + 0.6),
    "a sum": lambda seed, other: 2 * seed - 0.3 * other + 1,
    "beside exp": lambda seed, other: seed * np.exp(-0.7 * other),
    "beside a wave": lambda seed, other: seed * np.sin(0.3 * other + 0.1),
}


@pytest.mark.parametrize("kind", list(SEEDED))
def test_the_other_half_of_a_seed_is_found(kind: str, library: CandidateLibrary) -> None:
    seed = build_seed()
    rows = rows_of(DATA, SEEDED[kind](seed[1], DATA[:, 1] * DATA[:, 2]))
    with np.errstate(all="ignore"):
        space = outer_spaces(rows, DEFAULT)[0]
        losses = [loss_of(expr, rows) for _, _, expr in answers(seed_questions(space, [seed], rows, DEFAULT), library)]

    assert min(losses) < 1e-22


def build_seed() -> tuple[Expr, Array]:
    expr = call("tanh", var(0))
    return expr, np.tanh(DATA[:, 0])
