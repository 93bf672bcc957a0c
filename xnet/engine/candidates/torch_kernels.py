"""Screening with PyTorch: the products of `numpy_kernels` on a GPU, or on the CPU for comparison.

A library's values are moved to the device once and stay there. The targets are moved in float32, and the scores of the
best few candidates come back. On a GPU the whole library is one block, bounded by the memory for the scores of all
targets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError

from .screening import PRECISION, Batch

if TYPE_CHECKING:
    import torch

#: Candidates that are screened at once (256 targets by this many scores are 256 MiB in float32), and the neighbours in
#: a cell, of which only the best is returned.
_BLOCK, _CELL = 1 << 18, 8


def check_device(device: str) -> None:
    """Check that matching can run on a device: "cpu" (NumPy), or "torch:" and a PyTorch device, or "cuda" alone.

    Raises:
        DataError: it cannot; the message lists the available devices.
    """
    if device != "cpu":
        torch_device(device)


def torch_device(device: str) -> torch.device:
    """The PyTorch device of a name such as "cuda", "cuda:1" or "torch:cpu".

    Raises:
        DataError: the device is not available here, or PyTorch is not installed.
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


class TorchScreener:
    """Screens candidates with PyTorch; see `Screener`.

    Args:
        standardised, standardised_logs, mean, deviation, log_deviation: as in `NumpyScreener`.
        device: a name that `torch_device` accepts.
    """

    def __init__(self, standardised: Array, standardised_logs: Array, mean: Array, deviation: Array,
                 log_deviation: Array, device: str) -> None:
        import torch

        self._device = torch_device(device)
        self._torch: Any = torch
        self._values, self._logs = self._moved(standardised), self._moved(standardised_logs)
        self._squared_values, self._squared_logs = self._values.square(), self._logs.square()
        self._mean, self._deviation = self._moved(mean), self._moved(deviation)
        self._log_deviation = self._moved(log_deviation)

    def _moved(self, values: Array) -> torch.Tensor:
        """An array as a float32 tensor on the device."""
        return self._torch.as_tensor(np.asarray(values, dtype=np.float32), device=self._device)

    def screen(self, in_logs: bool, batch: Batch, penalty: Array, top: int) -> tuple[Array, Array]:
        """See `Screener.screen`."""
        torch = self._torch
        values, squared = (self._logs, self._squared_logs) if in_logs else (self._values, self._squared_values)
        y, m, cost = (self._moved(a) for a in (batch.numerators, batch.squares, penalty))
        projections = [self._moved(rows) for rows in batch.projections]
        which = torch.as_tensor(batch.denominator_index).to(m.device)
        size = None if batch.unit_sizes is None else self._moved(batch.unit_sizes)[:, None] * self._log_deviation

        def scores(part: slice) -> Any:
            block = values[part].T
            below = m @ squared[part].T
            floor = below * 1e-4
            for rows in projections:
                below[:len(rows)] -= (rows @ block).square()
            below = torch.maximum(below, floor)[which]
            if size is None:
                share = (y @ block).square() / below
            else:
                share = 2.0 * (y @ block).abs() * size[:, part] - below * size[:, part].square()
            return (1.0 + PRECISION - share) * cost[part]

        return self._lowest(scores, len(values), top)

    def screen_unscaled(self, with_target: Array, squares: Array, penalty: Array,
                        top: int) -> tuple[Array, Array]:
        """See `Screener.screen_unscaled`."""
        torch = self._torch
        y, m, cost = (self._moved(a) for a in (with_target, squares, penalty))

        def scores(part: slice) -> Any:
            block, mu, sigma = self._values[part].T, self._mean[part], self._deviation[part]
            left = (m @ self._squared_values[part].T) * sigma.square() + (m @ block) * (2 * mu * sigma)
            left = left + m.sum(dim=1, keepdim=True) * mu.square()
            left = left - 2 * ((y @ block) * sigma + y.sum(dim=1, keepdim=True) * mu)
            left = torch.nan_to_num((left + (1.0 + PRECISION)).clamp_min(PRECISION), nan=torch.inf, posinf=torch.inf)
            return left * cost[part]

        return self._lowest(scores, len(self._values), top)

    def _lowest(self, scores: Any, n: int, top: int) -> tuple[Array, Array]:
        """The lowest scores of every target over all blocks, ascending; NaN counts as infinite."""
        torch = self._torch
        values, places = [], []
        for start in range(0, n, _BLOCK):
            block = torch.nan_to_num(scores(slice(start, start + _BLOCK)), nan=torch.inf, posinf=torch.inf)
            block = torch.nn.functional.pad(block, (0, -block.shape[1] % _CELL), value=torch.inf)
            # As in `numpy_kernels`: neighbours are alike, so the best of each cell is enough.
            lowest = block.reshape(len(block), -1, _CELL).min(dim=2)
            best = torch.topk(lowest.values, min(top, lowest.values.shape[1]), dim=1, largest=False)
            values.append(best.values)
            places.append(lowest.indices.gather(1, best.indices) + best.indices * _CELL + start)
        value, place = torch.cat(values, dim=1), torch.cat(places, dim=1)
        value, order = value.sort(dim=1, stable=True)
        place = place.gather(1, order)
        return value[:, :top].cpu().numpy(), place[:, :top].cpu().numpy()
