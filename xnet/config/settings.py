"""The settings that the user chooses beside table and columns, to and from the config of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xnet.engine import count_jobs
from xnet.engine.networks.activations import ACTIVATIONS, PRESETS, resolve_activations
from xnet.engine.networks.own_functions import is_definition

from .losses import loss_of, parts_of_loss
from .prior import Prior
from .run_options import LIMITS as RUN_LIMITS
from .run_options import RunOptions

_CORES = count_jobs(-1)
#: On a server with a cluster people may choose more processes than it has cores; the cluster limits them.
_MOST_JOBS = int(RUN_LIMITS["n_jobs"][1]) if os.environ.get("XNET_CLUSTER") else _CORES
#: With few cores a second process would take cores from the server and the browser.
USUAL_JOBS = 2 if _CORES >= 4 else 1
#: Limits of the app, narrower than `run_options.LIMITS`; values from the browser are clipped to them.
LIMITS: dict[str, tuple[int, int]] = {
    "seconds": (1, 4 * 3600), "max_complexity": (3, 60), "holdout_percent": (0, 50), "seed": (0, 2**31 - 1),
    "n_jobs": (1, _MOST_JOBS)}

#: Ready-made libraries of activations: title -> what `resolve_activations` takes.
LIBRARIES: dict[str, str | tuple[str, ...]] = {
    "Standard": "default", "Polynomial": "polynomial", "Periodic": "periodic", "Growth and decay": "growth",
    "Physics": ("arithmetic", "powers", "growth", "waves", "inverse_trigonometric", "hyperbolic", "absolute",
                "rare"),
    "Everything": "everything"}

#: Ready-made budgets: title -> seconds.
BUDGETS: dict[str, int] = {"Quick": 10, "Standard": 30, "Thorough": 180, "Deep": 900}


@dataclass(frozen=True)
class Settings:
    """The settings of a search; the defaults suit most tables.

    Attributes:
        loss: what an error costs, one of `losses.LOSS_TEXTS` or "quantile:SHARE".

    The other fields are as in `RunOptions`; the share of held-out rows is in percent here.
    """

    activations: tuple[str, ...] = resolve_activations("default")
    parameters: bool = True
    seconds: int = 30
    max_complexity: int = 30
    holdout_percent: int = 20
    seed: int = 0
    loss: str = "squared_error"
    n_jobs: int = USUAL_JOBS
    prior: Prior = field(default_factory=Prior)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """The settings of a run, clipped to the limits of the app."""
        return cls(
            resolve_activations(config["activations"]), bool(config["parameters"]),
            within("seconds", round(config["seconds"])), within("max_complexity", config["max_complexity"]),
            within("holdout_percent", round(100 * config["holdout_fraction"])), within("seed", config["seed"]),
            loss_of(*parts_of_loss(config.get("loss"))), within("n_jobs", config.get("n_jobs", 1)),
            Prior.from_config(config.get("prior") or {}))

    @property
    def loss_kind(self) -> str:
        """The loss without the share of a quantile, a key of `losses.LOSS_TEXTS`."""
        return parts_of_loss(self.loss)[0]

    @property
    def loss_share(self) -> float:
        """The share of the rows below the formula, if the loss is that of a quantile, else the usual share."""
        return parts_of_loss(self.loss)[1]

    @property
    def budget(self) -> str | None:
        """The title of the ready-made budget with these seconds; None if there is none."""
        return next((title for title, seconds in BUDGETS.items() if seconds == self.seconds), None)

    @property
    def library(self) -> str | None:
        """The title of the ready-made library with these activations; None if there is none."""
        listed = tuple(name for name in self.activations if not is_definition(name))
        return next((title for title, names in LIBRARIES.items() if listed == resolve_activations(names)), None)

    @property
    def functions(self) -> tuple[str, ...]:
        """The definitions of own functions, as they were written."""
        return tuple(name for name in self.activations if is_definition(name))

    def to_options(self, inputs: Sequence[str]) -> RunOptions:
        """The options of a run on these inputs.

        Raises:
            ConstraintError: two constraints contradict each other.
        """
        listed = [name for name in self.activations if not is_definition(name)]
        preset = next((name for name, names in PRESETS.items() if set(names) == set(listed)), None)
        library = [*([preset] if preset else listed), *self.functions]
        return {
            "activations": preset if preset and not self.functions else library, "parameters": self.parameters,
            "seconds": self.seconds, "max_complexity": self.max_complexity,
            "holdout_fraction": self.holdout_percent / 100, "seed": self.seed, "loss": self.loss, "n_jobs": self.n_jobs,
            "prior": self.prior.restricted_to(inputs).to_config(inputs)}


def within(setting: str, value: object) -> int:
    """A value as an integer, clipped to the limits of a setting.

    Raises:
        TypeError, ValueError: the value is not a number.
    """
    low, high = LIMITS[setting]
    return min(high, max(low, int(value)))  # type: ignore[call-overload]


def known_activations(names: Sequence[str]) -> tuple[str, ...]:
    """The definitions and the names of activations among `names`, each once, in the order of the engine."""
    return (*dict.fromkeys(n for n in names if is_definition(n)), *(name for name in ACTIVATIONS if name in names))
