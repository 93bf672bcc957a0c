"""A problem: the rows to explain, the rows held out, the activation library, and what is derived from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import Expr
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.candidates.torch_kernels import check_device
from xnet.engine.fitting.loss_names import LOGISTIC, make_loss
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.partial_form import PartialForm
from xnet.engine.networks.domain import box_of
from xnet.engine.networks.intervals import Interval
from xnet.engine.networks.known_values import KnownValue
from xnet.engine.networks.network import Network

from . import validation
from .constraints import NONE, CheckPoints, Constraints, check_points
from .feature_selection import MANY_INPUTS, distinct_inputs, ranked_inputs, selected_inputs_at
from .given_form import GivenForm
from .given_template import checked_forms
from .groups import Groups
from .libraries import made_library
from .named_constants import NamedConstants, known_values
from .sampling import check_train_rows, representative, rows_at, scale_of, split_table
from .validation import check_columns, check_values, checked_arrays, checked_errors, checked_library, checked_weight

#: Rows that candidates are matched on, and rows that trial networks are fitted on.
MATCH_ROWS, SEARCH_ROWS = 112, 1200

#: Rows that a trial is first scored on; in larger tables only trials that would enter the front are scored on all rows.
SUBSAMPLED_ROWS = 10_000


@dataclass(frozen=True)
class Problem:
    """The rows to explain, with all settings of a search; build it with `from_arrays`.

    Attributes:
        train, holdout: rows to match and fit, and rows that the search never sees (None when there are too few).
        search: at most `SEARCH_ROWS` of the train rows, on which trial networks are fitted.
        match: positions (m,) among the search rows that candidates are matched on.
        constraints: satisfied by every network of the front; a forbidden input is a column of zeros in all rows here.
        initial_formula: the formula that the search starts from, if any.
        constants: the restrictions of constants by name: those of the initial formula, and fixed ones.
        device: where candidates are matched: "cpu" is NumPy, else PyTorch ("cuda", "cuda:1", "torch:cpu").
        holdout_index, train_index: (k,) and (n,) positions in the table of the held-out rows and the training rows,
            ascending. Rows of weight 0, and copies of earlier rows (`is_counted`), are in neither.
        n_rows: number of all rows of the table.
        groups: the groups with constants of their own, whose numbers are an input; None for one table.
        template: a form whose unknown parts are searched; None where the whole formula is.
        plain_complexity: the largest complexity of a linear model. `max_complexity` is lower in a table of few rows,
            where a longer network of a search could learn the rows by heart.
    """

    names: tuple[str, ...]
    target_name: str
    activations: tuple[str, ...]
    parameters: bool
    max_complexity: int
    seed: int
    train: Rows
    holdout: Rows | None
    search: Rows
    match: Array
    constraints: Constraints = NONE
    initial_formula: str | None = None
    constants: NamedConstants = ()
    device: str = "cpu"
    holdout_index: Array = field(default_factory=lambda: np.zeros(0, dtype=np.intp), repr=False, compare=False)
    train_index: Array = field(default_factory=lambda: np.zeros(0, dtype=np.intp), repr=False, compare=False)
    n_rows: int = 0
    groups: Groups | None = None
    template: PartialForm | None = None
    plain_complexity: int = 0
    _cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def n_inputs(self) -> int:
        """Number of input columns."""
        return len(self.train.columns)

    @classmethod
    def from_arrays(cls, X: Array, y: Array, *, names: Sequence[str] | None = None, target_name: str = "y",
                    activations: str | Iterable[str] = "default", parameters: bool = True, max_complexity: int = 40,
                    holdout_fraction: float = 0.2, sample_weight: Array | None = None,
                    sample_error: Array | None = None, seed: int = 0,
                    loss: str = "squared_error", constraints: Constraints = NONE,
                    initial_formula: str | None = None, constants: NamedConstants = (), device: str = "cpu",
                    holdout: Array | None = None, groups: Groups | None = None,
                    template: str | None = None, counted: Array | None = None) -> Problem:
        """Check and split a table.

        Args:
            X, y: (n, d) inputs and (n,) target, finite.
            max_complexity: most neurons and constants of a network; at most the train rows less 2 (or they are learnt).
            holdout_fraction: share of the rows kept from the search (0 for none).
            sample_weight: (n,) weights of the rows' losses; a row of weight 0 is left out.
            sample_error: (n,) known standard errors of y; the loss is then chi-square.
            loss: one of `loss_names.LOSSES`; or "logistic", for y of 0 and 1 and a network of the log-odds of 1.
            constraints: prior knowledge, see `Constraints.of`.
            initial_formula: a formula to start from, see `initial_formula.fitted_formula`.
            constants: named constants, see `named_constants.constants_of`.
            device: where candidates are matched (`check_device`).
            holdout: (n,) whether a row is kept from the search; None draws `holdout_fraction` of them at random.
            groups: groups of rows, of which equal shares are held out.
            template: a form with unknown parts (`partial_form`).
            counted: (n,) whether a row counts, and is no copy of another (`is_counted`); None for all.

        Raises:
            DataError: the loss is unknown or does not suit y, shapes do not fit, values are not finite or beyond
                `LARGEST_VALUE`, too few rows are left to search on, or the device is not there.
            FormulaError, ActivationError: the initial formula, the template or the library cannot be used.
        """
        X, y = checked_arrays(X, y)
        names = tuple(names) if names is not None else tuple(f"x{i}" for i in range(X.shape[1]))
        check_columns(X, names)
        check_values(y, "y" if target_name == "y" else f"y ({target_name!r})")
        weight = None if sample_weight is None else checked_weight(sample_weight, len(y))
        check_device(device)
        library = checked_library(activations, names)
        form = checked_forms(initial_formula, template, X, names, library, constants, constraints, parameters,
                             groups, loss == LOGISTIC)
        if constraints.forbidden:  # no candidate is made of 0
            X = np.where(np.isin(np.arange(X.shape[1]), constraints.forbidden), 0.0, X)
        rng, used = np.random.default_rng(seed), np.ones(len(y), dtype=bool) if weight is None else weight > 0
        if groups is not None:
            holdout = groups.split(X, names, constraints, parameters, holdout, holdout_fraction, seed, used)
        train_index, holdout_index = split_table(y, used, counted, holdout, holdout_fraction, rng, loss == LOGISTIC)
        check_train_rows(len(train_index))
        kind = make_loss(loss, y[used])
        if sample_error is not None:
            kind, weight = checked_errors(sample_error, len(y), weight, loss)
        scale = scale_of(y[used], None if weight is None else weight[used], kind)
        train = rows_at(X, y, scale, weight, train_index, kind)
        held_out = rows_at(X, y, scale, weight, holdout_index, kind.without_smoothing) if len(holdout_index) else None
        search = train if len(train_index) <= SEARCH_ROWS else train.sample(representative(train.y, SEARCH_ROWS, rng))
        match = representative(search.y, min(MATCH_ROWS, len(search.y)), rng)
        largest = validation.complexity_for(max_complexity, len(train_index))
        return cls(names, target_name, library, bool(parameters), largest, int(seed), train, held_out, search, match,
                   constraints, initial_formula, constants, device, holdout_index, train_index, len(y), groups, form,
                   int(max_complexity))

    def library(self, size: LibrarySize, variant: int = 0, wide: bool = False) -> CandidateLibrary:
        """The candidate library of about `size` candidates (`CURVES`: the parametric candidates), built once.

        Its values are those of the match rows, or of all search rows (`wide`).
        """
        def make() -> CandidateLibrary:
            columns = self.search.columns if wide else self.search.columns[:, self.match]
            library = made_library(columns, self.activations, size, self.seed + variant, self.constraints,
                                   self.search.selected_inputs, self._others, parameters=self.parameters)
            return library.on_device(self.device)

        found: CandidateLibrary = self.cached((size, variant, wide), make)
        return found

    def ranked(self) -> tuple[int, ...]:
        """The inputs that vary (of equal ones the first), the most relevant first."""
        return self.cached("ranked", lambda: ranked_inputs(self.subsampled.train, self.seed))

    @property
    def _others(self) -> tuple[int, ...]:
        """Inputs that a library holds beside those it is built on, the most relevant first."""
        return self.cached("others", tuple)

    def with_selected_inputs(self, step: int) -> Problem:
        """The problem of a step: in a table of many inputs, moves use a few of them at a time.

        This is the problem itself with up to `MANY_INPUTS` inputs that vary and differ. Otherwise the most relevant
        inputs are selected, later in turns with others. Every library still holds all inputs as small candidates. Of
        equal inputs only the first is ever selected: a power law would share its exponent among them.
        """
        distinct = self.cached("distinct", lambda: distinct_inputs(self.search.columns))
        many = len(distinct) > MANY_INPUTS
        if not many and len(distinct) == len(self.search.inputs()):
            return self
        selected = selected_inputs_at(step, self.ranked()) if many else distinct
        selected = tuple(sorted({*selected, *self.constraints.required}))
        views: dict[tuple[int, ...], Problem] = self.cached("views", dict)
        if selected not in views:
            for old in list(views)[1:]:  # the first is come back to; libraries are large
                del views[old]
            views[selected] = replace(self, search=replace(self.search, selected_inputs=selected), _cache={})
            views[selected].cached("others", self.ranked if many else tuple)
        return views[selected]

    @property
    def all_rows(self) -> Rows:
        """The training and held-out rows together, without rows of weight 0, under the loss of the training rows."""
        def make() -> Rows:
            parts = [r for r in (self.train, self.holdout) if r is not None]
            weights = [r.weight for r in parts if r.weight is not None]
            weight = np.concatenate(weights) if weights else None
            rows = self.train if len(parts) == 1 else replace(
                self.train, columns=np.concatenate([r.columns for r in parts], axis=1),
                y=np.concatenate([r.y for r in parts]), weight=weight)
            return rows if weight is None or weight.all() else rows.sample(np.flatnonzero(weight))

        return self.cached("all rows", make)

    @property
    def box(self) -> tuple[Interval, ...]:
        """The interval that every input spans, over the training and the held-out rows."""
        rows = [r.columns for r in (self.train, self.holdout) if r is not None]
        return self.cached("box", lambda: box_of(np.concatenate(rows, axis=1)))

    @property
    def subsampled(self) -> Problem:
        """The problem on at most `SUBSAMPLED_ROWS` training and held-out rows; itself if it has no more.

        Trials are scored and simplified here first; only those that would enter the front are scored on all rows.
        """
        rows = (self.train, self.holdout)
        if all(r is None or len(r.y) <= SUBSAMPLED_ROWS for r in rows):
            return self
        return self.cached("subsampled", self._make_subsampled)

    def _make_subsampled(self) -> Problem:
        rng = np.random.default_rng([self.seed, 1])

        def some(rows: Rows) -> Rows:
            n = len(rows.y)
            return rows if n <= SUBSAMPLED_ROWS else rows.sample(np.sort(rng.choice(n, SUBSAMPLED_ROWS, replace=False)))

        holdout = None if self.holdout is None else some(self.holdout)
        known = {"check_points": self.check_points} if self.constraints.any_behaviour else {}
        return replace(self, train=some(self.train), holdout=holdout, _cache=known)

    def admits(self, network: Network, fixed: Collection[int] = ()) -> bool:
        """Whether a network, of whose constants some are fixed, satisfies every constraint of the front."""
        kept = self.constraints == NONE or (not self.constraints.broken(network, fixed) and self.behaves(network))
        return kept and ((found := self.in_letters(network)) is None or found[1])

    def in_letters(self, network: Network) -> tuple[Network, bool] | None:
        """`GivenForm.in_letters` of a network; None without an initial formula, or one about which nothing is known."""
        form, key = self.given_form, ("in letters", network)
        return None if form is None else self.cached(key, lambda: form.in_letters(network, self.search, self.seed))

    @property
    def given_form(self) -> GivenForm | None:
        """The form of the initial formula; None without one, and where nothing is known about its constants."""
        text = self.initial_formula
        if text is None or not self.constants:
            return None
        form: GivenForm = self.cached("given form", lambda: GivenForm.of(text, self.names, self.constants,
                                                                                self.activations))
        return form if form.restricts else None

    @property
    def known(self) -> tuple[KnownValue, ...]:
        """The fixed constants, which are recognised in formulas."""
        return self.cached("known", lambda: known_values(self.constants))

    def behaves(self, network: Network) -> bool:
        """Whether a network satisfies the constraints on its output."""
        return not self.constraints.any_behaviour or self.constraints.behaves(network, self.check_points)

    @property
    def check_points(self) -> CheckPoints:
        """The points on which the output of networks is checked against the constraints, made once."""
        def make() -> CheckPoints:
            rows = [r.columns for r in (self.train, self.holdout) if r is not None]
            return check_points(np.concatenate(rows, axis=1), self.constraints, self.seed)

        return self.cached("check_points", make)

    def network_of(self, expr: Expr, grouped: bool = False) -> Network | None:
        """The network of an expression in the problem's activations; None if it cannot be built from them.

        Args:
            grouped: share factors among terms, which may take fewer constants.
        """
        return to_network(expr, self.n_inputs, self.activations, self.parameters, grouped)

    @property
    def runs_alone(self) -> bool:
        """Whether its islands are parts of one search in one process, without traces of steps."""
        return self.groups is not None or self.template is not None

    def with_parameters(self) -> Problem:
        """The same problem with constants allowed."""
        return self.cached("with_parameters", lambda: replace(self, parameters=True, _cache={}))

    def cached(self, key: Any, make: Any) -> Any:
        """The result of `make()`, computed once a key."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_cache": {}}
