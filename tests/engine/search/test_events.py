"""Events tell a viewer what changed, in the words of the formula."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.engine.helpers import net
from tests.engine.strategies import networks
from xnet.engine import FrontEntry, Network
from xnet.engine.search.events import changed_neurons, describe_change

X0, X1 = ("x", 0), ("x", 1)
SINE = net(2, X0, ("sin", 0), X1, ("add", 1, 2))


def entry(network: Network, loss: float = 0.5, holdout: float | None = None) -> FrontEntry:
    return FrontEntry(network, network.complexity, network.n_parameters, loss, holdout)


#: (network after SINE, which of its neurons are new, how the change begins): SINE is sin(x0) + x1.
CHANGES: dict[str, tuple[Network, tuple[int, ...], str]] = {
    "another function": (net(2, X0, ("exp", 0), X1, ("add", 1, 2)), (1, 3), "sin became exp"),
    "another input": (net(2, X1, ("sin", 0), X1, ("add", 1, 2)), (1, 3), "an input rewired"),
    "another root": (net(2, X0, ("sin", 0), X1, ("mul", 1, 2)), (3,), "+ became ×"),
    "an input became a neuron": (net(2, X0, ("sin", 0), X1, ("square", 2), ("add", 1, 3)), (3, 4),
                                 "an input became x²"),
    "a new outer neuron": (net(2, X0, ("sin", 0), X1, ("add", 1, 2), ("sqrt", 3)), (4,), "+ became √"),
    "nothing": (SINE, (), "numbers refitted"),
}


@pytest.mark.parametrize("kind", list(CHANGES))
def test_an_event_marks_and_describes_the_changed_neurons(kind: str) -> None:
    after, changed, words = CHANGES[kind]

    assert changed_neurons(SINE, after) == changed
    assert describe_change(entry(SINE), entry(after, 0.25)).startswith(words)


def test_an_exponent_is_no_fitted_constant() -> None:
    cube, fourth = (net(1, X0, ("n", n), ("pow", 0, 1)) for n in (5, 4))

    assert changed_neurons(cube, fourth) == (1, 2)
    assert not describe_change(entry(cube), entry(fourth, 0.25)).startswith("numbers refitted")


def test_values_of_constants_are_no_change_of_structure() -> None:
    line = net(1, ("c", 0), X0, ("mul", 0, 1), constants=(2.0,))

    assert changed_neurons(line, line.with_constants([3.0])) == ()
    assert describe_change(entry(line), entry(line.with_constants([3.0]), 0.25)).startswith("numbers refitted")


@pytest.mark.parametrize(("before", "after", "words"), [
    (0.5, 0.25, "error down 50 %"), (0.5, 0.4999, "error hardly changed"), (0.5, 0.005, "error 100 times smaller"),
    (0.5, 1e-9, "error over a million times smaller"), (0.5, 1e-25, "exact"),
    (0.5, 0.6, "better leave-one-out score"),
])
def test_an_event_states_the_gain_of_a_change(before: float, after: float, words: str) -> None:
    assert describe_change(entry(SINE, before), entry(SINE, after)).endswith(words)
    seen, better = replace(entry(SINE, 0.5), loss_holdout=0.3), replace(entry(SINE, 0.6), loss_holdout=0.2)
    assert describe_change(seen, better).endswith("better on held-out rows")


def test_a_shorter_formula_says_how_much_shorter() -> None:
    short = net(2, X0)
    assert describe_change(entry(SINE, 0.1), entry(short, 0.11)).endswith("3 neurons fewer, for 10 % more error")
    seen, hidden = replace(entry(SINE, 0.1), loss_holdout=0.2), replace(entry(short, 0.11), loss_holdout=0.2)
    assert describe_change(seen, hidden).endswith("3 neurons fewer, as good on held-out rows")
    assert describe_change(seen, replace(hidden, loss_holdout=0.3)).endswith("fewer, for 50 % more error")
    assert describe_change(seen, replace(hidden, loss_holdout=3.4)).endswith("fewer, for 17 times the error")


@given(networks(), networks())
def test_any_two_networks_have_a_description(before: Network, after: Network) -> None:
    text = describe_change(entry(before), entry(after, 0.1))
    changed = changed_neurons(before, after)

    assert text.count(": ") == 1
    assert "\n" not in text
    assert all(0 <= i < len(after.neurons) for i in changed)
    assert changed_neurons(after, after) == ()
    # A new neuron's parents are new.
    assert all(i in changed for i, n in enumerate(after.neurons) if set(n.children) & set(changed))
