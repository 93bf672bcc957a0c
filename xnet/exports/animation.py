"""The search as an animated GIF, drawn from the frames that every run records for its replay."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image

from xnet.config.run_options import RunError
from xnet.drawings.frames import frame_svg
from xnet.drawings.png import to_png
from xnet.runs.frames_file import read_frames
from xnet.runs.run import Run

#: Most networks that are shown, evenly chosen; the first and the last are always among them.
MOST = 14
#: Pictures between two networks, and the duration of each in milliseconds.
BETWEEN, BETWEEN_MS = 7, 60
#: Durations of a network and of the last one, in milliseconds.
REST_MS, LAST_MS = 900, 3500
_COLOURS, _NEARLY_WHITE = 96, 246


def discovery_gif(run: Run) -> bytes:
    """The search of a run as an animated GIF that repeats endlessly.

    Raises:
        RunError: the run recorded no frames.
    """
    frames = chosen(read_frames(run))
    if not frames:
        raise RunError(f"Run {run.id!r} has no record of its steps, so it cannot be animated; new runs record "
                       "their steps.")
    target = run.config["target"]
    moments = timeline(len(frames))
    pictures = [_picture(frame_svg(frames, at, target=target)) for at, _ in moments]
    palette = _palette([picture for picture, (at, _) in zip(pictures, moments, strict=True) if at == int(at)])
    first, *rest = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=rest, duration=[ms for _, ms in moments], loop=0)
    return out.getvalue()


def chosen(frames: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """At most `MOST` of the frames: refits of the same neurons are dropped first, then frames at even distances."""
    moved = [frame for frame, after in pairwise(frames) if _shape(frame) != _shape(after)] + list(frames[-1:])
    if len(moved) <= MOST:
        return moved
    return [moved[round(k * (len(moved) - 1) / (MOST - 1))] for k in range(MOST)]


def timeline(n: int) -> list[tuple[float, int]]:
    """The moments to draw, as `frame_svg` counts them, and the duration of each in milliseconds."""
    moments: list[tuple[float, int]] = []
    for k in range(n - 1):
        moments.append((float(k), REST_MS))
        moments += [(k + j / (BETWEEN + 1), BETWEEN_MS) for j in range(1, BETWEEN + 1)]
    return [*moments, (float(n - 1), LAST_MS)]


def _shape(frame: Mapping[str, Any]) -> Any:
    return frame["net"]["network"]["neurons"]


def _picture(svg: str) -> Image.Image:
    return Image.open(io.BytesIO(to_png(svg, zoom=1))).convert("RGB")


def _palette(pictures: list[Image.Image]) -> Image.Image:
    """One palette for all pictures: colours that change between pictures would flicker."""
    few = [*pictures[::max(1, len(pictures) // 4)], pictures[-1]]
    sheet = Image.new("RGB", (few[0].width, few[0].height * len(few)))
    for k, picture in enumerate(few):
        sheet.paste(picture, (0, k * picture.height))
    palette = sheet.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours = np.array(palette.getpalette()).reshape(-1, 3)
    colours[colours.min(axis=1) >= _NEARLY_WHITE] = 255  # else the average of nearly white pixels is grey
    palette.putpalette(colours.ravel().tolist())
    return palette
