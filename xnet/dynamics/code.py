"""A system as a program (Python, Julia, JavaScript), as LaTeX and as SymPy equations.

Names of columns are data: they appear only as quoted text or turned into identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network, Neuron
from xnet.engine.formulas.latex import latex_name, to_latex
from xnet.engine.formulas.printed_network import printed_network
from xnet.engine.formulas.python_code import python_names
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.networks.activations import ACTIVATIONS

from .system import ABSOLUTE, RELATIVE, System
from .trajectories import Trajectory

#: Functions of NumPy with another name in Julia; the others drop their "np.".
_JULIA_FUNCTIONS = {"np.arcsin": "asin", "np.arccos": "acos", "np.arctan": "atan", "np.maximum": "max",
                    "np.minimum": "min", "np.power": "^"}


def to_latex_system(system: System) -> str:
    """One line of LaTeX for each equation, with the time derivative on the left."""
    lines = [rf"\frac{{d {latex_name(name)}}}{{dt}} &= {to_latex(network, system.names)}"
             for name, network in zip(system.states, system.networks, strict=True)]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def to_sympy_system(system: System) -> list[Any]:
    """The equations as SymPy's Eq(Derivative(x(t), t), ...), one for each state."""
    import sympy as sp  # here, because importing SymPy takes longer than a short search

    t = sp.Symbol("t")
    functions = {sp.Symbol(name): sp.Function(name)(t) for name in system.names}
    return [sp.Eq(sp.Derivative(functions[sp.Symbol(name)], t), to_sympy(network, system.names).subs(functions))
            for name, network in zip(system.states, system.networks, strict=True)]


def to_python_system(system: System, items: Sequence[Trajectory], first: Array) -> str:
    """A Python script that runs: the right-hand sides, and a call of `scipy.integrate.solve_ivp` for each trajectory.

    Args:
        system: the system.
        items: m trajectories; the script computes the states at their times, and interpolates their driving inputs; a
            switch is held.
        first: (m, d) the states at their first times.
    """
    names = _identifiers(system, {"t", "time", "times", "state", "solution", "solve_ivp", "rhs", "run", "runs", "np"})
    states, inputs = names[:len(system.states)], names[len(system.states):]
    body = "".join(f"        {_printed(network, names, 'python')},  # d {name!a} / dt\n"
                   for name, network in zip(system.states, system.networks, strict=True))
    runs = "".join(
        f"    {{\"name\": {item.name!a},\n     \"times\": np.array({_list(item.t)}),\n"
        + "".join(f"     \"{name}_rows\": np.array({_list(column)}),\n"
                  for name, column in zip(inputs, item.U.T, strict=True))
        + f"     \"first\": {_list(start)}}},\n" for item, start in zip(items, first, strict=True))
    held = items[0].held or (False,) * len(inputs)
    driving = "".join(f"    {name} = run[\"{name}_rows\"][max(np.searchsorted(run[\"times\"], t, \"right\") - 1, 0)]\n"
                      if is_held else f"    {name} = np.interp(t, run[\"times\"], run[\"{name}_rows\"])\n"
                      for name, is_held in zip(inputs, held, strict=True))
    longest = min(item.longest_step for item in items)
    steps = f", max_step={longest!r}" if longest < np.inf else ""  # at rest a longer one would skip a whole pulse
    label, value = ("\"trajectory\", ", "run[\"name\"], ") if len(items) > 1 else ("", "")
    return ("import numpy as np\nfrom scipy.integrate import solve_ivp\n\n"
            f"runs = [\n{runs}]\n\n\n"
            f"def rhs(t, state, run):\n    {', '.join(states)}{',' if len(states) == 1 else ''} = state\n{driving}"
            f"    return [\n{body}    ]\n\n\n"
            f"print({label}\"t\", {', '.join(repr(ascii(name)[1:-1]) for name in system.states)})\n"
            "for run in runs:\n    times = run[\"times\"]\n"
            "    solution = solve_ivp(rhs, (times[0], times[-1]), run[\"first\"], method=\"LSODA\", t_eval=times,\n"
            f"                         args=(run,), rtol={RELATIVE!r}, atol={ABSOLUTE!r}{steps})\n"
            f"    for time, state in zip(solution.t, solution.y.T):\n        print({value}time, *state)\n")


def to_javascript_system(system: System) -> str:
    """A JavaScript function `slopes(state, input)` and one classical Runge-Kutta step."""
    names = [f"{name}_" for name in _identifiers(system, set())]
    states, inputs = names[:len(system.states)], names[len(system.states):]
    values = ",\n    ".join(_printed(network, names, "javascript") for network in system.networks)
    given = f"  const [{', '.join(inputs)}] = input;\n" if inputs else ""
    comments = "".join(f"// {name}: {column!a}\n" for name, column in zip(names, system.names, strict=True))
    return (f"{comments}function slopes(state, input = []) {{\n  const [{', '.join(states)}] = state;\n{given}"
            f"  return [\n    {values},\n  ];\n}}\n\n"
            "// One step of length h (Runge and Kutta); the driving inputs are held.\n"
            "function step(state, h, input = []) {\n"
            "  const moved = (k, f) => state.map((x, i) => x + f * h * k[i]);\n"
            "  const a = slopes(state, input), b = slopes(moved(a, 0.5), input);\n"
            "  const c = slopes(moved(b, 0.5), input), d = slopes(moved(c, 1), input);\n"
            "  return state.map((x, i) => x + h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));\n}\n\n"
            'if (typeof module !== "undefined") module.exports = { slopes, step };\n')


def to_julia_system(system: System, items: Sequence[Trajectory], first: Array) -> str:
    """Julia code for DifferentialEquations.jl: `rhs!(du, u, p, t)` and the problems; driving inputs are in p.

    Args:
        system: the system.
        items: m trajectories.
        first: (m, d) the states at their first times.
    """
    names = _identifiers(system, {"du", "u", "p", "t"})
    longest = min(item.longest_step for item in items)
    steps = f", dtmax={longest!r}" if longest < np.inf else ""
    n = len(system.states)
    given = "".join(f"    {name} = u[{i + 1}]\n" for i, name in enumerate(names[:n]))
    given += "".join(f"    {name} = p[{i + 1}](t)\n" for i, name in enumerate(names[n:]))
    lines = "".join(f"    du[{i + 1}] = {_julia(network, names)}  # d {name!a} / dt\n"
                    for i, (name, network) in enumerate(zip(system.states, system.networks, strict=True)))
    return ("using DifferentialEquations\n\n"
            f"function rhs!(du, u, p, t)\n{given}{lines}end\n\n"
            + (f"# p holds one function of time for each of {', '.join(names[n:])}.\n" if names[n:] else "")
            + "problems = [\n" + "".join(
                f"    ODEProblem(rhs!, {_list(start)}, ({float(item.t[0])!r}, {float(item.t[-1])!r})),\n"
                for item, start in zip(items, first, strict=True)) + "]\n"
            + f"solutions = [solve(problem, reltol=1e-8, abstol=1e-10{steps}) for problem in problems]\n")


def _identifiers(system: System, taken: set[str]) -> list[str]:
    """Identifiers for states and driving inputs, none of them taken."""
    return [f"{name}_" if name in taken or name.endswith("_rows") else name for name in python_names(system.names)]


def _printed(network: Network, names: Sequence[str], language: str) -> str:
    """A network in a language, named by the field of `Activation` that holds its templates."""
    network = printed_network(network)

    def combine(i: int, neuron: Neuron, below: list[str]) -> str:
        if below:
            template: str = getattr(ACTIVATIONS[neuron.activation], language)
            return template.format(*below)
        if neuron.activation == "variable":
            return names[neuron.index]
        value = network.constants[neuron.index] if neuron.activation == "constant" else float(neuron.index)
        return f"({value!r})" if value < 0 else repr(value)

    return network.fold(combine)


def _julia(network: Network, names: Sequence[str]) -> str:
    """Julia from the Python templates: other names of functions, ^ for powers."""
    text = _printed(network, names, "python").replace("**", "^")
    return re.sub(r"np\.\w+", lambda match: _JULIA_FUNCTIONS.get(match[0], match[0][3:]), text)


def _list(values: Array) -> str:
    return "[" + ", ".join(repr(float(value)) for value in values) + "]"
