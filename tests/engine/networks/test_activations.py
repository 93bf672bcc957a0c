"""Conformance: every activation says the same as PyTorch, finite differences, SymPy and its Python template."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import sympy
import torch

from tests.engine.helpers import SCALAR, finite_difference
from tests.engine.networks.torch_oracle import TORCH
from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, GROUPS, PRESETS, ActivationError, resolve_activations

NAMES = list(ACTIVATIONS)
UNARY = [n for n in NAMES if ACTIVATIONS[n].arity == 1]

_LINE = np.array([-2.75, -1.9, -1.3, -0.95, -0.6, -0.21, 0.17, 0.5, 0.83, 1.1, 1.45, 2.0, 2.6])


def points(name: str) -> tuple[Array, ...]:
    """Children's outputs well inside the domain, known from mathematics rather than from the record."""
    if ACTIVATIONS[name].arity == 2:
        a, b = (g.ravel() for g in np.meshgrid(_LINE, _LINE))
        if name in ("max", "min", "mod"):
            return a, b + 0.013  # no operand equals the other: there the derivative has two values
        return (np.abs(a), b) if name == "pow" else (a, b)
    if name in ("log", "sqrt"):
        return (np.abs(_LINE),)
    if name == "floor":
        return (_LINE + 0.013,)  # no whole number: there the derivative does not exist
    if name in ("arcsin", "arccos", "arctanh"):
        return (_LINE[np.abs(_LINE) < 1],)
    if name == "arccosh":
        return (1.0 + np.abs(_LINE),)
    return (_LINE,)


def test_the_oracles_speak_of_every_activation() -> None:
    assert set(TORCH) == set(SCALAR) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", NAMES)
def test_value_is_that_of_torch_and_of_the_standard_library(name: str) -> None:
    args = points(name)
    value = ACTIVATIONS[name].value(*args)

    np.testing.assert_allclose(value, TORCH[name](*map(torch.tensor, args)).numpy(), rtol=1e-13)
    np.testing.assert_allclose(value, [SCALAR[name](*map(float, row)) for row in zip(*args, strict=True)], rtol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_those_of_autograd(name: str) -> None:
    args = points(name)
    tensors = [torch.tensor(a, requires_grad=True) for a in args]
    TORCH[name](*tensors).sum().backward()
    own = ACTIVATIONS[name].value(*args)

    assert len(ACTIVATIONS[name].derivatives) == ACTIVATIONS[name].arity
    for derivative, tensor in zip(ACTIVATIONS[name].derivatives, tensors, strict=True):
        np.testing.assert_allclose(derivative(*args, own), tensor.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_those_of_finite_differences(name: str) -> None:
    args = np.stack(points(name))
    own = ACTIVATIONS[name].value(*args)
    for j, derivative in enumerate(ACTIVATIONS[name].derivatives):
        given = derivative(*args, own)
        for k in range(args.shape[1]):
            expected = finite_difference(lambda p: ACTIVATIONS[name].value(*p), args[:, k], j)
            assert given[k] == pytest.approx(float(expected), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_value_and_derivatives_keep_float32(name: str) -> None:
    args = [a.astype(np.float32) for a in points(name)]
    own = ACTIVATIONS[name].value(*args)

    assert own.dtype == np.float32
    assert all(d(*args, own).dtype == np.float32 for d in ACTIVATIONS[name].derivatives)


#: Where a branch has to find the argument again, and targets outside the range (None: there are none).
BRANCH_RANGES: dict[str, tuple[Array, Array | None]] = {
    "neg": (_LINE, None), "reciprocal": (_LINE, None), "square": (_LINE, np.array([-0.1, -2.0])), "cube": (_LINE, None),
    "sqrt": (np.abs(_LINE), np.array([-0.1, -2.0])), "exp": (_LINE, np.array([-0.1, -2.0])),
    "log": (np.abs(_LINE), None), "sin": (np.linspace(-1.5, 4.6, 40), np.array([-1.1, 1.5])),
    "cos": (np.linspace(-3.1, 3.1, 40), np.array([-1.1, 1.5])),
    "tan": (np.linspace(-1.5, 1.5, 40), None), "tanh": (_LINE, np.array([-1.1, 1.5])),
    "arcsin": (np.linspace(-0.9, 0.9, 9), np.array([-1.6, 2.0])),
    "arccos": (np.linspace(-0.9, 0.9, 9), np.array([-0.1, 3.2])), "arctan": (_LINE, np.array([-1.6, 2.0])),
    "abs": (_LINE, np.array([-0.1, -2.0])), "cbrt": (_LINE, None),
    "sign": (np.array([-1.0, 1.0]), np.array([-0.5, 2.0])), "sinh": (_LINE, None),
    "cosh": (_LINE, np.array([-0.1, 0.9])), "arccosh": (1.0 + np.abs(_LINE), np.array([-0.1, -2.0])),
    "arcsinh": (_LINE, None), "hinge": (np.abs(_LINE), np.array([-0.1, -2.0])),
    "step": (np.array([-0.5, 0.5]), np.array([0.5, 2.0])), "floor": (np.round(_LINE), np.array([0.5, -1.2])),
    "arctanh": (np.linspace(-0.9, 0.9, 9), None), "erf": (_LINE, np.array([-1.1, 1.5])),
    "sigmoid": (_LINE, np.array([-0.1, 1.5])), "gauss": (_LINE, np.array([-0.1, 1.5])),
}


def test_every_unary_activation_has_inverse_branches() -> None:
    assert set(BRANCH_RANGES) == set(UNARY)
    assert all(ACTIVATIONS[n].inverses for n in UNARY)


@pytest.mark.parametrize("name", UNARY)
def test_every_inverse_branch_leads_back_to_the_target(name: str) -> None:
    a, _ = BRANCH_RANGES[name]
    t = ACTIVATIONS[name].value(a)
    for branch in ACTIVATIONS[name].inverses:
        np.testing.assert_allclose(ACTIVATIONS[name].value(branch(t)), t, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", UNARY)
def test_one_of_the_branches_finds_the_argument(name: str) -> None:
    a, _ = BRANCH_RANGES[name]
    found = np.stack([branch(ACTIVATIONS[name].value(a)) for branch in ACTIVATIONS[name].inverses])

    np.testing.assert_allclose(np.min(np.abs(found - a), axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("name", [n for n in UNARY if BRANCH_RANGES[n][1] is not None])
def test_a_target_outside_the_range_has_no_inverse(name: str) -> None:
    with np.errstate(all="ignore"):
        for branch in ACTIVATIONS[name].inverses:
            assert not np.isfinite(branch(BRANCH_RANGES[name][1])).any()


EDGES = np.array([-8.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0])


@pytest.mark.parametrize("name", NAMES)
def test_domain_is_where_the_value_is_finite(name: str) -> None:
    record = ACTIVATIONS[name]
    args = tuple(g.ravel() for g in np.meshgrid(*[EDGES] * record.arity))
    with np.errstate(all="ignore"):
        finite = np.isfinite(record.value(*args))
    mask = np.ones(len(args[0]), dtype=bool) if record.domain is None else record.domain(*args)

    np.testing.assert_array_equal(mask, finite)


@pytest.mark.parametrize("name", NAMES)
def test_sympy_form_has_the_same_values(name: str) -> None:
    args = points(name)
    symbols = sympy.symbols(f"a:{len(args)}", real=True)
    form = sympy.lambdify(symbols, ACTIVATIONS[name].sympy(sympy, *symbols), ["scipy", "numpy"])

    np.testing.assert_allclose(form(*args), ACTIVATIONS[name].value(*args), rtol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_python_template_has_the_same_values(name: str) -> None:
    args = points(name)
    names = ("a", "b")[: len(args)]
    code = ACTIVATIONS[name].python.format(*names)
    value = eval(code, {"np": np, "erf": scipy.special.erf, **dict(zip(names, args, strict=True))})  # noqa: S307 - our own template

    np.testing.assert_allclose(value, ACTIVATIONS[name].value(*args), rtol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_record_is_complete(name: str) -> None:
    record = ACTIVATIONS[name]

    assert record.name == name
    assert record.arity in (1, 2)
    assert record.cost >= 1
    assert record.description
    assert record.symbol


def test_every_activation_has_a_symbol_of_its_own() -> None:
    assert len({a.symbol for a in ACTIVATIONS.values()}) == len(ACTIVATIONS)


def test_groups_share_out_all_activations() -> None:
    listed = [name for group in GROUPS.values() for name in group.names]

    assert sorted(listed) == sorted(ACTIVATIONS)
    assert all(group.title and group.description for group in GROUPS.values())


def test_presets_name_only_known_activations() -> None:
    assert all(set(names) <= set(ACTIVATIONS) for names in PRESETS.values())
    assert set(PRESETS["everything"]) == set(ACTIVATIONS)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_is_a_library_of_its_own(preset: str) -> None:
    assert resolve_activations(preset) == tuple(n for n in ACTIVATIONS if n in PRESETS[preset])


def test_choices_mix_and_come_in_the_order_of_the_records() -> None:
    mixed = resolve_activations(["waves", "exp", "add", "polynomial", "add"])

    assert mixed == tuple(n for n in ACTIVATIONS if n in {"sin", "cos", "exp", *PRESETS["polynomial"]})


def test_an_unknown_name_is_named_with_the_known_ones() -> None:
    assert resolve_activations(["add", "sin"]) == ("add", "sin")
    with pytest.raises(ActivationError, match=r"'sinus'.*not known.*arctan.*waves.*default"):
        resolve_activations(["add", "sinus"])
    with pytest.raises(ActivationError, match="'nothing'"):
        resolve_activations("nothing")


@pytest.mark.parametrize("choice", [[], ["sin", "exp"], ["pow"], "waves"])
def test_a_library_that_cannot_join_two_neurons_is_refused(choice: object) -> None:
    assert resolve_activations(["sub"]) == ("sub",)
    with pytest.raises(ActivationError, match="join two neurons"):
        resolve_activations(choice)  # type: ignore[arg-type]


def test_the_table_of_activations_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ACTIVATIONS["own"] = ACTIVATIONS["add"]  # type: ignore[index]
