"""Sentences on what trajectories cannot tell about the laws of motion."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.evidence.dependent_rows import successive_correlation
from xnet.wording.number_text import measured

from .candidates import Candidate
from .observations import Observations

#: A state that ends this close to where it stays has only approached a fixed point.
_STILL = 0.05
#: A fit below this R² is mentioned.
_WEAK_R2 = 0.9
#: Below this R² rows within their noise do not show that a state moves.
_NO_MOTION_R2 = 0.05
#: A state whose errors are smaller than this share of its spread is followed exactly.
_EXACT = 0.003
#: A weighted sum of states is constant if it varies by less than so many times its noise, and its states by more than
#: so many times theirs. States with a smaller share are not part of it.
_CONSTANT, _VARIES, _LEAST_SHARE = 1.3, 5.0, 0.1
#: A driving input with fewer different values in the rows says little on how a law depends on it.
_FEW_VALUES = 4
#: A state turns round if it goes up and down by more than so many times its noise, and this share of its range.
_TURN_NOISES, _TURN_SHARE = 5.0, 0.1
#: Weights that differ by less from 1 and -1 are not written.
_ROUND = 0.03


def remarks(candidate: Candidate, observed: Observations, noise: Array) -> list[str]:
    """The sentences for one system; none where there is nothing to say.

    Args:
        candidate: the system.
        observed: its rows.
        noise: (d,) standard deviations of the noise of each state.
    """
    found, alike = [], _alike(candidate, observed)
    if turning := _turns_alone(observed, noise):
        found.append(turning)
    elif not candidate.whole:
        found.append("No system follows the whole trajectories from their first states, as in chaos; the equations "
                     "were chosen by windows of a few rows. Compare them over short times only.")
    elif candidate.r2 < _WEAK_R2 and (alike or not candidate.follows):
        found.append(f"The simulated trajectories explain {100 * max(candidate.r2, 0):.0f} % of the variance of the "
                     "state that they follow worst; read the equations as a rough description.")
    elif candidate.r2 < _WEAK_R2:
        found.append(_noise_sentence(candidate, observed))
    found += alike
    states = observed.data.states
    if len(states) == 1 and all(_approaches_a_point(observed.slopes[i][:, 0]) for i in range(len(observed.items))):
        rows = observed.data.stacked[:, 0]
        found.append(f"{states[0]} only approaches a resting value, between {measured(rows.min())} and "
                     f"{measured(rows.max())}: outside this range the law is an extrapolation. Trajectories from "
                     "other first states would test it.")
    found += _few_values(candidate, observed)
    constant = constant_sum(observed, noise)
    if constant is not None:
        found.append(f"{constant[0]} stays at {measured(constant[1])} in all rows, as far as their noise tells: every "
                     "equation can be rewritten with it, and the rows cannot tell which form is the law. A trajectory "
                     "from a first state with another value could.")
    return found


def _turns_alone(observed: Observations, noise: Array) -> str:
    """The sentence on a single state without inputs that rises and falls in a trajectory, or "".

    x' = f(x) has one sign between two fixed points, so each of its solutions only rises or only falls.
    """
    data = observed.data
    if len(data.states) > 1 or data.inputs:
        return ""
    least = max(_TURN_NOISES * float(noise[0]), _TURN_SHARE * float(np.ptp(data.stacked[:, 0])))
    for x in (curve[:, 0] for curve in observed.smoothed):
        rise, fall = (x - np.minimum.accumulate(x)).max(), (np.maximum.accumulate(x) - x).max()
        if min(rise, fall) > least:
            name = data.states[0]
            return (f"{name} rises and falls in one trajectory. A law of first order of {name} alone gives curves that "
                    f"only rise or only fall, so none describes these rows: search {name} with second order, or add "
                    "the states or the driving inputs that move it.")
    return ""


def _alike(candidate: Candidate, observed: Observations) -> list[str]:
    """Sentences on states whose errors in successive rows are alike; of whole trajectories that are not exact."""
    fit, found = candidate.fit, []
    for i, name in enumerate(observed.data.states if candidate.whole else ()):
        own = fit.state == i
        errors = (fit.residuals * observed.noise[fit.row, i])[own][np.argsort(fit.row[own], kind="stable")]
        if own.any() and np.sqrt(np.mean(errors**2)) > _EXACT * observed.scale[i] and (
                alike := successive_correlation(errors, 0.0)) is not None:
            found.append(f"Errors of successive rows of {name} are alike (rank correlation {alike:.2f}): the equations "
                         f"miss something, or chance moves {name} itself, as in a random walk, and not only the "
                         "measurement. Intervals and bands assume independent errors, so they are too narrow.")
    return found


def _few_values(candidate: Candidate, observed: Observations) -> list[str]:
    """Sentences on the driving inputs of a system that have few values, such as a heater that is on or off."""
    data, d = observed.data, len(observed.data.states)
    read = {i - d for network in candidate.system.networks for i in network.variables if i >= d}
    found = []
    for k in sorted(read):
        n = len(np.unique(np.concatenate([item.U[:, k] for item in data.items])))
        if n < _FEW_VALUES:
            name = data.inputs[k]
            moves = any(np.ptp(item.U[:, k]) > 0 for item in data.items)
            between = ("it keeps the value of the row before, so a jump belongs at the time of the row that first has "
                       "the new value." if data.items[0].held[k:k + 1] == (True,) else
                       "it is interpolated, so a jump needs a row shortly before it and one shortly after.")
            found.append(f"{name} has only {n} different values in the rows, which do not tell how the law depends on "
                         f"it between these: other functions of {name} fit as well." + (
                             f" Between rows {between}" if moves else ""))
    return found


def _noise_sentence(candidate: Candidate, observed: Observations) -> str:
    """What is said of a state that follows its rows as closely as their noise allows, and yet explains little."""
    explained = 1.0 - candidate.fit.mse * np.mean(observed.noise**2, axis=0) / observed.scale**2
    state, share = observed.data.states[int(np.nanargmin(explained))], 100 * max(candidate.r2, 0.0)
    if candidate.r2 < _NO_MOTION_R2:
        return (f"The rows do not show that {state} moves: as far as they tell, what varies in it is noise. No law of "
                f"{state} was found.")
    return (f"The simulated trajectories explain {share:.0f} % of the variance of {state}; as far as the rows tell, "
            f"the rest is noise. Such rows hardly test the equation of {state}.")


def constant_sum(observed: Observations, noise: Array) -> tuple[str, float] | None:
    """The weighted sum of states that is constant over all rows, such as S + I + R, and its value; None without one.

    Args:
        observed: the rows.
        noise: (d,) standard deviations of the noise of each state.
    """
    scale = observed.scale
    states = np.concatenate(observed.smoothed)
    direction = np.linalg.svd((states - states.mean(axis=0)) / scale, full_matrices=False)[2][-1]
    used = np.flatnonzero(np.abs(direction) > _LEAST_SHARE)
    if len(used) < 2 or (scale[used] < _VARIES * noise[used]).any():
        return None
    weights = direction[used] / scale[used]
    weights = weights / weights[0]
    total = observed.data.stacked[:, used] @ weights
    if total.std() > _CONSTANT * np.sqrt(np.sum((weights * noise[used]) ** 2)):
        return None
    return " ".join(_term(w, observed.data.states[i], i == used[0]) for w, i in zip(weights, used, strict=True)), \
        float(total.mean())


def _term(weight: float, name: str, first: bool) -> str:
    size = name if abs(abs(weight) - 1.0) < _ROUND else f"{abs(weight):.3g}*{name}"
    return size if first else f"{'-' if weight < 0 else '+'} {size}"


def _approaches_a_point(slope: np.ndarray) -> bool:
    """Whether a derivative keeps its sign and fades."""
    inner = slope[2:-2]
    return bool((np.sign(inner[np.abs(inner) > _STILL * np.abs(inner).max()]) == np.sign(inner[0])).all()
                and np.abs(slope[-3:]).mean() < _STILL * np.abs(slope).max())
