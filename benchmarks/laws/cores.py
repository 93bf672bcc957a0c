"""The sixteen kinds of core that laws are composed of; each function takes the inputs `i` of its law."""

from __future__ import annotations

from collections.abc import Callable

from .inputs import Inputs


def _sum_of_products(i: Inputs) -> str:
    sign = "-" if i.chance(0.3) else "+"
    return f"({i.monomial(2)}{sign}{i.monomial(2)})" if i.chance(0.6) else \
        f"({i.new()}*{i.new()}{sign}{i.new()}*{i.new()}+{i.new()}*{i.new()})"


def _root_of_squares(i: Inputs) -> str:
    n = int(i.rng.integers(2, 4))
    if i.chance(0.4):
        parts = [f"({i.new(1, 3)}-{i.new(2, 5)})**2" for _ in range(n)]
    else:
        parts = [f"{i.new()}**2" for _ in range(n)]
    return f"({'+'.join(parts)})**({('1/2', '1/2', '-1/2', '-3/2', '-1')[i.rng.integers(5)]})"


def _relativistic(i: Inputs) -> str:
    fast, light = i.new(1, 2), i.new(3, 10)
    top = ("1", f"(1+{fast}/{light})", f"({i.new()}-{fast}*{i.new()}/{light}**2)")[i.rng.integers(3)] \
        if i.chance(0.6) else "1"
    return f"{top}/(1-{fast}**2/{light}**2)**({('1/2', '1/2', '1', '3/2')[i.rng.integers(4)]})" \
        if i.chance(0.7) else f"1/(1+{fast}/{light})"


def _exponential(i: Inputs) -> str:
    u = i.argument()
    return (f"exp(-{u})", f"(1-exp(-{u}))", f"(exp({u})-1)", f"1/(exp({u})-1)", f"1/(exp({u})+1)",
            f"1/(1+exp(-{u}))")[i.rng.integers(6)]


def _thermal(i: Inputs) -> str:
    gap = f"({i.new(1, 3)}-{i.new(1, 3)})/{i.new()}" if i.chance(0.5) else f"({i.new(1, 3)}-{i.new(1, 3)})"
    return (f"1/(exp({gap})+1)", f"exp(-{gap})", f"(exp({gap})-1)", f"exp(-({gap})**2/2)")[i.rng.integers(4)]


def _wave(i: Inputs) -> str:
    u, curve = i.argument(2), ("sin", "cos")[i.rng.integers(2)]
    return (f"{curve}({u})", f"{curve}({u})**2", f"(1-cos({u}))", f"(1+{i.new()}*cos({u}))",
            f"{curve}({u}-{i.new()})")[i.rng.integers(5)]


def _two_curves(i: Inputs) -> str:
    first, second = ("exp(-{})", "cos({})", "sin({})", "tanh({})", "log({})"), ("sin({})", "cos({})", "exp(-{})")
    return first[i.rng.integers(5)].format(i.argument(2)) + "*" + second[i.rng.integers(3)].format(i.argument(2))


def _saturation(i: Inputs) -> str:
    x = i.new()
    n = ("1", "1", "2", "3")[i.rng.integers(4)]
    half = i.new() if i.chance(0.5) else i.number()
    return f"{x}**{n}/(({half})**{n}+{x}**{n})" if i.chance(0.7) else f"tanh({i.argument()})"


def _ratio_of_sums(i: Inputs) -> str:
    a, b = i.new(), i.new()
    c, d = i.new(), i.new()
    return (f"({a}*{c}+{b}*{d})/({a}+{b})", f"({a}-{b})/({a}+{b})*{c}/{d}", f"{a}*{b}/({c}*{a}+{d}*{b})",
            f"1/(1/{a}+1/{b}+1/{c})*{d}", f"({a}+{b})/({c}-{d}/({i.new(4, 8)}))")[i.rng.integers(5)]


def _difference_of_powers(i: Inputs) -> str:
    n = ("2", "3", "4", "(-1)", "(-2)", "(1/2)")[i.rng.integers(6)]
    return f"({i.new(2, 5)}**{n}-{i.new(1, 3)}**{n})"


def _resonance(i: Inputs) -> str:
    w, own = i.new(1, 3), i.new(3, 5)
    if i.chance(0.5):
        return f"1/({own}**2-{w}**2)"
    return f"1/(({own}**2-{w}**2)**2+({i.new(0.5, 2)}*{w})**2)**({('1', '1/2')[i.rng.integers(2)]})"


def _logarithm(i: Inputs) -> str:
    return (f"log({i.new(2, 5)}/{i.new(1, 2)})", f"log(1+{i.argument()})",
            f"log(({i.new()}+{i.new()})/{i.new(1, 2)})")[i.rng.integers(3)]


def _cosine_rule(i: Inputs) -> str:
    a, b = i.new(), i.new()
    return f"({a}**2+{b}**2-2*{a}*{b}*cos({i.new(0.5, 3)}))" + ("**(1/2)" if i.chance(0.5) else "")


def _angle(i: Inputs) -> str:
    return (f"sin({i.new(0.2, 1.3)})/cos({i.new(0.2, 1.2)})", f"arcsin({i.new(0.2, 0.9)}*sin({i.new(0.3, 2.5)}))",
            f"tan({i.new(0.2, 0.7)}*{i.new(1, 2)})", f"sin(2*{i.new(0.2, 1.4)})",
            f"(sin({i.new(0.2, 1.5)})-{i.new(0.1, 0.9)}*cos({i.new(0.2, 1.5)}))")[i.rng.integers(5)]


def _one_minus(i: Inputs) -> str:
    n = ("1", "2", "3")[i.rng.integers(3)]
    return f"(1-({i.new(1, 2)}/{i.new(3, 6)})**{n})" if i.chance(0.5) else f"(1+{i.number()}*{i.new()}**{n})"


def _powers_only(i: Inputs) -> str:
    return i.monomial(3, ("1", "1", "2", "3", "-1", "-2", "-3", "1/2", "-1/2", "3/2"))


CORES: tuple[Callable[[Inputs], str], ...] = (
    _sum_of_products, _root_of_squares, _relativistic, _exponential, _thermal, _wave, _two_curves, _saturation,
    _ratio_of_sums, _difference_of_powers, _resonance, _logarithm, _cosine_rule, _angle, _one_minus, _powers_only)
