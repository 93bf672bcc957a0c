"""Matching on another device: the products of `matching.py` with PyTorch, on a GPU or, for comparison, on the CPU.

A library's values are moved to the device once and stay there. The targets go there in float32, the scores of the best
few candidates come back; as with NumPy, float32 only screens, and what is chosen is refitted in float64. On a GPU the
whole library is one block: the memory for targets by candidates is what bounds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError

if TYPE_CHECKING:
    import torch

    from .numpy_kernels import Batch


#: Candidates that are screened at once: 256 targets by this many scores are 256 MiB in float32.
_BLOCK, _CELL = 1 << 18, 8


def check_device(device: str) -> None:
    """Whether matching can run there: "cpu" (NumPy), or "torch:" and a PyTorch device, or that alone ("cuda").

    Raises:
        DataError: it cannot; the message says which devices there are.
    """
    if device != "cpu":
        torch_device(device)


def torch_device(device: str) -> torch.device:
    """The PyTorch device of a name such as "cuda", "cuda:1" or "torch:cpu".

    Raises:
        DataError: there is no such device here, or no PyTorch.
    """
    try:
        import torch
    except ImportError:
        raise DataError(f"device is {device!r}, which needs PyTorch; install it, or pass device='cpu'.") from None
    try:
        found = torch.device(device.removeprefix("torch:"))
        torch.zeros(1, device=found)
    except (RuntimeError, AssertionError, AttributeError, NotImplementedError):
        there = ["cpu", "torch:cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
        raise DataError(f"device is {device!r}, which is not available here; use one of {', '.join(there)}.") from None
    return found


class DeviceLibrary:
    """A candidate library's matrices on a device: `Z`, `Z2`, `L` and `L2`, (K, m) float32 each.

    Args:
        Z, L: (K, m) the standardised values of the candidates and of their logarithms.
        mean, deviation: (K,) what the values were standardised by.
        device: a name that `torch_device` knows.
    """

    def __init__(self, Z: Array, L: Array, mean: Array, deviation: Array, device: str) -> None:
        import torch

        self.device = torch_device(device)
        self._torch: Any = torch
        self.Z, self.L = self.moved(Z), self.moved(L)
        self.Z2, self.L2 = self.Z.square(), self.L.square()
        self.mean, self.deviation = self.moved(mean), self.moved(deviation)

    def moved(self, values: Array) -> torch.Tensor:
        """An array as a float32 tensor on the device."""
        return self._torch.as_tensor(np.asarray(values, dtype=np.float32), device=self.device)

    def screen(self, logs: bool, batch: Batch, penalty: Array, top: int, deviation: Array,
               precision: float) -> tuple[Array, Array]:
        """As `products.screen`: the scores (K, top) and positions (K, top) of every target's best candidates."""
        torch = self._torch
        Z, Z2 = (self.L, self.L2) if logs else (self.Z, self.Z2)
        y, m, cost = (self.moved(a) for a in (batch.numerators, batch.squares, penalty))
        projections, which = [self.moved(rows) for rows in batch.projections], torch.as_tensor(batch.which).to(m.device)
        size = None if batch.units is None else self.moved(batch.units[:, None] * deviation)

        def scores(part: slice) -> Any:
            block = Z[part].T
            below = m @ Z2[part].T
            floor = below * 1e-4
            for rows in projections:
                below[:len(rows)] -= (rows @ block).square()
            below = torch.maximum(below, floor)[which]
            if size is None:
                share = (y @ block).square() / below
            else:
                share = 2.0 * (y @ block).abs() * size[:, part] - below * size[:, part].square()
            return (1.0 + precision - share) * cost[part]

        return self._lowest(scores, len(Z), top)

    def screen_fixed(self, with_y: Array, squares: Array, penalty: Array, top: int,
                     precision: float) -> tuple[Array, Array]:
        """As `products.screen_fixed`: the same for candidates that stand as they are."""
        torch = self._torch
        y, m, cost = (self.moved(a) for a in (with_y, squares, penalty))

        def scores(part: slice) -> Any:
            block, mu, sigma = self.Z[part].T, self.mean[part], self.deviation[part]
            left = (m @ self.Z2[part].T) * sigma.square() + (m @ block) * (2 * mu * sigma)
            left = left + m.sum(dim=1, keepdim=True) * mu.square()
            left = left - 2 * ((y @ block) * sigma + y.sum(dim=1, keepdim=True) * mu)
            left = torch.nan_to_num((left + (1.0 + precision)).clamp_min(precision), nan=torch.inf, posinf=torch.inf)
            return left * cost[part]

        return self._lowest(scores, len(self.Z), top)

    def _lowest(self, scores: Any, n: int, top: int) -> tuple[Array, Array]:
        """The lowest scores of every target over all blocks, ascending; NaN counts as infinite."""
        torch = self._torch
        values, places = [], []
        for start in range(0, n, _BLOCK):
            block = torch.nan_to_num(scores(slice(start, start + _BLOCK)), nan=torch.inf, posinf=torch.inf)
            block = torch.nn.functional.pad(block, (0, -block.shape[1] % _CELL), value=torch.inf)
            # As `products` does: neighbours are alike, so the best of each few is enough.
            lowest = block.reshape(len(block), -1, _CELL).min(dim=2)
            best = torch.topk(lowest.values, min(top, lowest.values.shape[1]), dim=1, largest=False)
            values.append(best.values)
            places.append(lowest.indices.gather(1, best.indices) + best.indices * _CELL + start)
        value, place = torch.cat(values, dim=1), torch.cat(places, dim=1)
        value, order = value.sort(dim=1, stable=True)
        place = place.gather(1, order)
        return value[:, :top].cpu().numpy(), place[:, :top].cpu().numpy()
