"""Constants of a formula beside what the rows say about them: fitted value, standard error and interval.

A printed constant may be a simple number near the fitted one. So all constants are fitted once more, on all rows, from
the printed values on, and errors and intervals belong to the fitted values. Constants that the rows do not determine
are held (`xnet.engine.fitting.determined_constants`). So are those that a person fixed, or whose bound the fit has
reached (`xnet.engine.problem.restrictions`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import stdtrit  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.fitting.determined_constants import determined_constants
from xnet.engine.fitting.error_losses import KnownError
from xnet.engine.fitting.losses import Logistic
from xnet.engine.fitting.profiles import Profile, optimum
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.thresholds import PlacedThreshold, idle_thresholds, placed_threshold
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.restrictions import Restrictions, restrictions

from .constant_covariance import covariance_of_equal_errors, white_variances
from .error_variance import error_variance
from .group_constants import group_constants
from .quantile_errors import density_degrees, quantile_covariance
from .scores import ROUNDING

if TYPE_CHECKING:
    from xnet.engine import Problem

#: The loss at the ends of a quadratic interval may differ from the predicted rise by this factor.
_AGREES = 1.2
#: Passes over the profiles, each from a lower optimum; and the least gain of a step of their refits, as a share of the
#: rise at the end of an interval.
_TURNS, _SMALL_GAIN = 3, 1e-4

#: Rows times squared constants times complexity up to which the quadratic approximation is checked: a second or two.
_CHECKED = 2.5e6

Method = Literal["quadratic", "profile", "sandwich", "robust", "threshold", "held", "fixed", "bound", "whole"]
_Interval = tuple[float, float, float, Method]


@dataclass(frozen=True)
class ConstantEstimate:
    """A constant of a formula as it is printed, and as the rows determine it.

    Attributes:
        name: "c1", "c2", ..., in the order of the network's constants.
        value: the printed number.
        fitted: the number at the optimum of all constants on all rows; where a constant is held, its value there.
        error: its standard error; None for a held constant.
        low, high: ends of the interval, equal where the error is below rounding and infinite where the rows set no
            end; None for a held constant.
        method: "quadratic" for an interval from the curvature of the loss, "profile" for one from refits with the
            constant fixed, "sandwich" for one from the density of the target around a quantile (`quantile_errors`),
            "robust" for one by White's standard errors (`constant_covariance`), "threshold" for the place of a step,
            which has no standard error, "held" where the rows do not determine the constant; "fixed" for a known
            number, "bound" for a constant at a bound of its letter, "whole" for a whole number: these are not fitted.
        form: the known constant that it is, such as "sqrt(2*g)"; "" for another number.
        between: for the place of a step the ends of the values that fit the rows alike: two neighbouring rows.
    """

    name: str
    value: float
    fitted: float
    error: float | None
    low: float | None
    high: float | None
    method: Method
    form: str = ""
    between: tuple[float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """The estimate as plain data; the key `form` only for a known constant, `between` for the place of a step."""
        return {key: value for key, value in asdict(self).items() if key not in ("form", "between") or value}


def estimation_rows(problem: Problem, *, of_second_look: bool) -> Rows:
    """All rows of a problem, training and held-out, with the loss by which a formula's constants are estimated.

    Args:
        problem: the problem of the search.
        of_second_look: whether the formula is the suggestion of a second look: then Huber's scale, which gave its
            constants, so that wild rows have no part in the estimates either.
    """
    from xnet.engine import robust_problem  # this package is imported by modules that do not search

    return (robust_problem(problem) if of_second_look else problem).all_rows


def constant_estimates(network: Network, rows: Rows, level: float = 0.95,
                       laid_down: Restrictions | None = None) -> list[ConstantEstimate]:
    """Fitted values, standard errors and confidence intervals of the constants of a network.

    The interval is the Gauss-Newton one at the optimum, with Student's t, or normal under known errors. Where the
    loss at its ends, the other constants refitted, differs from the predicted rise, and of a class, a profile-
    likelihood interval replaces it, but not under the robust loss, and for long formulas of many rows. Those of a
    quantile are of `quantile_errors`. Where rows have weights, or errors grow with the values, the error is White's
    and the rise its share (`white_variances`).

    Args:
        network: the formula, with its printed constants.
        rows: all rows, training and held-out (`Problem.all_rows`).
        level: the confidence level of the intervals.
        laid_down: which constants are not fitted, and the bounds of others, which intervals keep.

    Returns:
        One estimate for each constant.
    """
    if network.own is not None:  # own constants are free as well, see `group_constants` for them
        fixed = {} if laid_down is None else laid_down.held
        limits = None if laid_down is None else laid_down.own
        found = group_constants(network, rows, fixed, limits)[:len(network.constants)]
        usual = "sandwich" if isinstance(rows.loss_function, Quantile) else "quadratic"
        return [ConstantEstimate(r["name"], r["value"], r["fitted"], r["error"], r["low"], r["high"],
                                 fixed.get(i, "held") if r["error"] is None else r.get("method", usual))
                for i, r in enumerate(found)]
    with np.errstate(all="ignore"):
        return _Estimates(network, rows, level, laid_down).found() if network.constants else []


def searched_estimates(network: Network, problem: Problem, *, of_second_look: bool,
                       parts: Parts | None = None) -> list[ConstantEstimate]:
    """Estimates of a formula's constants on all rows of a search, within the restrictions of its constants.

    Args:
        network: the formula.
        problem: of the search.
        of_second_look: as for `estimation_rows`.
        parts: what fills the form of a template; None for another formula.
    """
    rows = estimation_rows(problem, of_second_look=of_second_look)
    settled = estimation_rows(problem.subsampled, of_second_look=of_second_look)
    return constant_estimates(network, rows, laid_down=restrictions(network, problem, settled, parts))


class _Estimates:
    """The optimum of a network, and the estimates there."""

    def __init__(self, network: Network, rows: Rows, level: float, laid_down: Restrictions | None) -> None:
        self.network, self.rows, self.is_quantile = network, rows, isinstance(rows.loss_function, Quantile)
        self.printed, self.laid_down = np.array(network.constants), laid_down
        start = self.printed if laid_down is None else laid_down.start
        held = {} if laid_down is None else laid_down.held
        self.free = determined_constants(network, rows, start, held)
        self.degrees = max(len(rows.y) - len(self.free), 1)
        loss, k, self.is_class = rows.loss_function, len(self.free), isinstance(rows.loss_function, Logistic)
        estimated = density_degrees(loss.share, rows.n, k) if isinstance(loss, Quantile) else self.degrees
        is_normal = self.is_class or isinstance(loss, KnownError)  # no noise is estimated
        self.quantile = float(stdtrit(1e12 if is_normal else estimated, 0.5 + 0.5 * level))
        self.places: dict[int, PlacedThreshold] = {}
        self._settle(self._placed(start, held, level))

    def _placed(self, theta: Array, held: Collection[int], level: float) -> Array:
        """The constants (p,) with every step at its best place, which is kept with its interval."""
        places = idle_thresholds(self.network, self.rows, theta, held)
        for at in places * min(len(places), 2):  # the place of one step depends on those of others
            limits = (-np.inf, np.inf) if self.laid_down is None else (self.laid_down.low[at], self.laid_down.high[at])
            found = placed_threshold(self.network, self.rows, theta, self.free, at, level, limits)
            if found is not None:
                self.places[at], theta = found, found.theta
        return theta

    def _settle(self, start: Array) -> None:
        """The optimum from some constants on, and the covariance there."""
        self.theta, self.loss = optimum(self.network, self.rows, start, self.free)
        self.variance = error_variance(self.network, self.rows, self.theta, self.loss, len(self.free))
        at = self.network, self.rows, self.theta, self.free
        if self.is_quantile and np.isfinite(self.loss):
            self.covariance = quantile_covariance(*at)
        else:
            self.covariance = covariance_of_equal_errors(*at) * (self.variance if np.isfinite(self.loss) else np.inf)
        variances = np.maximum(np.diag(self.covariance), 0.0)
        visible = (variances > (ROUNDING * self.theta[self.free])**2).any()
        found = white_variances(*at, self.covariance / self.variance) if visible else None
        self.usual: Method = "sandwich" if self.is_quantile else "quadratic" if found is None else "robust"
        self.errors = np.sqrt(variances if found is None else found)
        #: How much more the loss rises to the ends of an interval than for errors of equal size (Chandler & Bate 2007).
        self.more = np.ones(len(variances)) if found is None else found / variances

    def found(self) -> list[ConstantEstimate]:
        """The estimates, from a better optimum where a profile finds one."""
        intervals: dict[int, _Interval | None] = {}
        for turn in range(_TURNS):
            profiles = self._profiles()
            quadratic = [self._is_quadratic(k, profile) for k, profile in enumerate(profiles)]
            if turn < _TURNS - 1 and self._settles_lower(profiles):
                continue  # the ends of intervals take most of the time
            intervals = {i: self._interval(k, None if not profiles or quadratic[k] else profiles[k])
                         for k, i in enumerate(self.free)}
            if not self._settles_lower(profiles):
                break
        return [self._estimate(i, intervals.get(i)) for i in range(len(self.printed))]

    def _settles_lower(self, profiles: list[Profile]) -> bool:
        """Whether a profile has found a lower loss; then the optimum is searched from there."""
        theta, loss = min((p.lowest for p in profiles), key=lambda item: item[1], default=(self.theta, self.loss))
        lower = loss < self.loss * (1.0 - 1e-4 / self.degrees)
        if lower:
            self._settle(theta)
        return lower

    def _profiles(self) -> list[Profile]:
        """The profiles of the constants that were fitted; none where intervals are not checked."""
        work = len(self.rows.y) * len(self.free)**2 * self.network.complexity
        unchecked = self.is_quantile or self.rows.loss_function.name == "huber"
        if work > _CHECKED or unchecked or not np.isfinite(self.errors).all():
            return []
        made = []
        for k, i in enumerate(self.free):
            slopes = np.zeros(len(self.theta))
            slopes[self.free] = self.covariance[:, k] / max(self.covariance[k, k], 1e-300)
            slopes[i] = 1.0
            made.append(Profile(self.network, self.rows, self.theta, self.loss, self.free, i, slopes,
                                _SMALL_GAIN * self._rise(k)))
        return made

    def _rise(self, k: int) -> float:
        """The rise of the normalised loss at the ends of the interval of the k-th fitted constant."""
        return self.quantile**2 * self.variance * float(self.more[k]) / (len(self.rows.y) * self.rows.scale)

    def _is_quadratic(self, k: int, profile: Profile) -> bool:
        """Whether the loss at the ends of the Gauss-Newton interval of the k-th fitted constant is as predicted."""
        error, rise = float(self.errors[k]), self._rise(k)
        if error <= ROUNDING * abs(self.theta[self.free[k]]):
            return True
        move = self.quantile * error
        # The interval of a class agrees with the likelihood-ratio test of the input, to its last digit.
        return not self.is_class and all(rise / _AGREES <= profile.rise(m) <= rise * _AGREES for m in (-move, move))

    def _interval(self, k: int, profile: Profile | None) -> _Interval | None:
        """Error, low, high and method of the k-th fitted constant; None where it has no finite error."""
        fitted, error = float(self.theta[self.free[k]]), float(self.errors[k])
        if not np.isfinite(error):
            return None
        if error <= ROUNDING * abs(fitted):
            return error, fitted, fitted, self.usual
        move, rise = self.quantile * error, self._rise(k)
        if profile is None:
            return error, fitted - move, fitted + move, self.usual
        return error, fitted + profile.reach(-move, rise), fitted + profile.reach(move, rise), \
            "robust" if self.usual == "robust" else "profile"

    def _estimate(self, i: int, interval: tuple[float, float, float, Method] | None) -> ConstantEstimate:
        name, value, fitted = f"c{i + 1}", float(self.printed[i]), float(self.theta[i])
        if (place := self.places.get(i)) is not None:
            return ConstantEstimate(name, value, fitted, None, *place.interval, "threshold",
                                    between=(place.low, place.high))
        if interval is None:
            why: Method = "held" if self.laid_down is None else self.laid_down.held.get(i, "held")
            return ConstantEstimate(name, value, fitted if why == "bound" else value, None, None, None, why)
        error, low, high, method = interval
        if self.laid_down is not None:
            low, high = max(low, float(self.laid_down.low[i])), min(high, float(self.laid_down.high[i]))
        return ConstantEstimate(name, value, fitted, error, low, high, method)


def constants_table(estimates: Sequence[ConstantEstimate]) -> dict[str, list[Any]]:
    """The columns of a table of estimates: name, value, fitted, error, low, high, method; NaN for what is not known."""
    rows = [e.to_json() for e in estimates]
    keys = ("name", "value", "fitted", "error", "low", "high", "method")
    return {key: [np.nan if row[key] is None else row[key] for row in rows] for key in keys}
