"""Every activation once more, from PyTorch: apart, because importing it takes longer than most tests."""

from __future__ import annotations

import torch

TORCH = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "neg": torch.neg,
    "reciprocal": torch.reciprocal, "square": torch.square, "cube": lambda a: torch.pow(a, 3), "sqrt": torch.sqrt,
    "pow": torch.pow, "exp": torch.exp, "log": torch.log, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan,
    "tanh": torch.tanh, "arcsin": torch.arcsin, "arccos": torch.arccos, "arctan": torch.arctan, "abs": torch.abs,
    "sign": torch.sign, "cbrt": lambda a: torch.copysign(torch.pow(torch.abs(a), 1 / 3), a), "cosh": torch.cosh,
    "hinge": torch.relu, "max": torch.maximum, "min": torch.minimum, "floor": torch.floor, "mod": torch.remainder,
    "step": lambda a: torch.where(a >= 0, 1.0, 0.0) + 0.0 * a, "arctanh": torch.atanh, "sigmoid": torch.sigmoid,
    "erf": torch.erf, "gauss": lambda a: torch.exp(-torch.square(a)),
    "sinh": torch.sinh, "arccosh": torch.arccosh, "arcsinh": torch.arcsinh,
}
