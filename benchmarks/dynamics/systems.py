"""The systems of ODEBench with an odd number (d'Ascoli et al., ODEFormer, 2023): equations and two first states.

The visible list `odebench.csv` holds every second right-hand side; those of one-state systems with an even number are
kept back. The systems with an odd number are the half that is developed on: their other right-hand sides, parameters
and first states are those of the publication, after Strogatz, Nonlinear Dynamics and Chaos (1994), and the sources that
it names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.dynamics.system import System, simulate
from xnet.engine.formulas.parser import read_formula

#: End of the simulated time, and rows of a trajectory, as published.
END, ROWS = 10.0, 150

#: Number: right-hand sides, first state, second first state.
ODEBENCH: dict[int, tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]] = {
    1: (("(0.7 - x0/1.2)/2.31",), (10.0,), (3.54,)),
    3: (("0.79*x0*(1 - x0/74.3)",), (7.3,), (21.0,)),
    5: (("9.81 - 0.0021175*x0**2",), (0.5,), (73.0,)),
    7: (("0.032*x0*log(2.29*x0)",), (1.73,), (9.5,)),
    9: (("(1 - x0)*0.32 - x0*0.28",), (0.14,), (0.55,)),
    11: (("-x0**3",), (3.4,), (1.6,)),
    13: (("0.0981*sin(x0)*(9.7*cos(x0) - 1)",), (3.1,), (2.4,)),
    15: (("0.4*x0*(1 - x0/95) - x0**2/(1 + x0**2)",), (44.3,), (4.5,)),
    17: (("0.4*x0*(1 - x0/100) - 0.3",), (14.3,), (34.2,)),
    19: (("x0*(1 - x0) - 0.08*x0/(0.8 + x0)",), (0.13,), (0.03,)),
    21: (("1.2 - 0.2*x0 - exp(-x0)",), (0.0,), (0.8,)),
    23: (("0.21 - sin(x0)",), (-2.74,), (1.65,)),
    25: (("x1", "-4.5*x0 - 0.43*x1"), (0.12, 0.043), (0.0, -0.3)),
    27: (("x0*(1.84 - 1.45*x1)", "-x1*(3 - 1.62*x0)"), (8.3, 3.4), (0.4, 0.65)),
    29: (("0.65*x0*x1", "x1**2 - x0**2"), (3.2, 1.4), (1.3, 0.2)),
    31: (("-0.4*x0*x1", "0.4*x0*x1 - 0.314*x1"), (7.2, 0.98), (20.0, 12.4)),
    33: (("-sin(x1) - 0.08*x0**2", "x0 - cos(x1)/x0"), (5.0, 0.7), (9.81, -0.8)),
    35: (("cos(x0)*cos(x1)/sin(x1)", "sin(x0)*(cos(x1)**2 + 4.2*sin(x1)**2)"), (1.13, -0.3), (2.4, 1.7)),
    37: (("x1", "-x0 - 0.43*(x0**2 - 1)*x1"), (2.2, 0.0), (0.1, 3.2)),
    39: (("-x0 + 2.4*x1 + x0**2*x1", "0.07 - 2.4*x0 - x0**2*x1"), (0.4, 0.31), (0.2, -0.7)),
    41: (("15.3*(x1 - x0)*(0.001 + x0**2) - x0", "0.3 - x0"), (0.8, 0.3), (0.02, 1.2)),
    43: (("x1", "1.67 - sin(x0) - 0.64*x1"), (1.47, -0.2), (-1.9, 0.03)),
    45: (("0.5*(1 - x0) - x0*x1**2", "x0*x1**2 - 0.02*x1"), (1.4, 0.2), (0.32, 0.64)),
    47: (("-x0 + 1/(1 + exp(4.89*x1 - 1.4))", "-x1 + 1/(1 + exp(4.89*x0 - 1.4))"), (0.65, 0.59), (3.2, 10.3)),
    49: (("1 - 4.03*x0 + 3.1*x0**2*x1", "3.03*x0 - 3.1*x0**2*x1"), (0.7, -1.4), (2.1, 1.3)),
    51: (("1.432 + sin(x1)*cos(x0)", "0.972 + sin(x1)*cos(x0)"), (2.2, 0.67), (0.03, -0.12)),
    53: (("0.1 - 0.4*x1*x0/(0.1 + x0) - 0.05*x0",
          "0.6*x2*(0.1 + x1) - 0.2*x1/(0.1 + x1) - 7.95*x0*x1/(2 + x1)",
          "-0.6*x2*(0.1 + x1) + 0.2*x1/(0.1 + x1) + 7.95*x0*x1/(2 + x1)"),
         (0.005, 0.26, 2.15), (0.248, 0.0973, 0.0027)),
    55: (("10*(x1 - x0)", "99.96*x0 - x1 - x0*x2", "x0*x1 - 2.6666666666666665*x2"), (2.3, 8.1, 12.4),
         (10.0, 20.0, 30.0)),
    57: (("-5*x1 - 5*x2", "5*(x0 - 0.2*x1)", "5*(0.2 + x2*(x0 - 5.7))"), (2.3, 1.1, 0.8), (-0.1, 4.1, -2.1)),
    59: (("-5*x1 - 5*x2", "5*(x0 + 0.2*x1)", "5*(0.2 + x2*(x0 - 5.7))"), (2.3, 1.1, 0.8), (-0.1, 4.1, -2.1)),
    61: (("5*x0 - x1*x2", "-10*x1 + x0*x2", "-3.8*x2 + x0*x1/3"), (15.0, -15.0, -15.0), (8.0, 14.0, -10.0)),
    63: (("-0.28*x0*x2", "0.28*x0*x2 - 0.47*x1", "0.47*x1 - 0.3*x2", "0.3*x2"), (0.6, 0.3, 0.09, 0.01),
         (0.4, 0.3, 0.25, 0.05)),
}


@dataclass(frozen=True)
class KnownSystem:
    """One system with its noise-free trajectories.

    Attributes:
        number: as published.
        truth: the system.
        t: (n,) times.
        X, X_second: (n, d) states from the first and from the second published first state.
    """

    number: int
    truth: System
    t: Array
    X: Array
    X_second: Array

    def noisy(self, noise: float, seed: int) -> Array:
        """The states with noise proportional to them: x (1 + noise z), as ODEBench defines it."""
        rng = np.random.default_rng([seed, self.number])
        return self.X * (1.0 + noise * rng.standard_normal(self.X.shape))


def known_system(number: int) -> KnownSystem:
    """The system with a number."""
    formulas, first, second = ODEBENCH[number]
    names = tuple(f"x{i}" for i in range(len(first)))
    truth = System(names, (), tuple(read_formula(text, names) for text in formulas))
    t = np.linspace(0.0, END, ROWS)
    X, other = (simulate(truth, np.array(start), t).X for start in (first, second))
    return KnownSystem(number, truth, t, X, other)
