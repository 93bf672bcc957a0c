"""Random changes of text, bytes and JSON, each determined by a `random.Random`."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

#: Parts of which hostile texts are made: signs, digits of other scripts, invisible characters, words with a meaning.
PIECES = (
    "0", "1", "9", "-", "+", ".", ",", "e", "E", "1e", "e9", "e-9", "1e308", "1e-320", "e9999", "9" * 40, "0" * 40,
    " ", "  ", "\t", "\n", "\r\n", "\x00", "\x1f", "\u00a0", "\u2009", "\ufeff", "\u202e", "\ud800", "= 1", "\\n",
    *"∞−–'\"`;:|()[]{}<>=*^/%$€±×·½⁹٣３²µ°Åπé漢😀xyTZ~\\@#", "``", "((", "))", "**", "//", "⁻¹", "10^", "10⁻", "°C",
    "x0", "pi", "sin", "exp(", "log(", "sqrt(", "lambda", "__import__", "import os", "m/s", "kg", "per", "square",
    "degC", "inf", "nan", "NaN", "None", "true", "2020", "Jan", "Feb 30", "12:60", "Q4", "AM", "UTC", "#DIV/0!", "NA",
    "<0.1", "&amp;", "<b>", "=1+1")
#: Values of JSON that no file of X-Net should hold.
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**400, -(10**30), 1e308, -1e308, 1e-320, 0.5, "", "x", "9" * 5000, "\x00", "é" * 300,
    [], {}, [[]], [None], {"x": None}, ["x"] * 50, float("nan"), float("inf"), "../../etc/passwd", "1e999")


def hostile_text(rng: Random, alphabet: Sequence[str] = PIECES, longest: int = 12) -> str:
    """Up to `longest` parts in a row; one text in fifty repeats one part or a pair of parts up to 20,000 times."""
    parts = [rng.choice(alphabet) for _ in range(rng.randint(1, longest))]
    if rng.random() < 0.02:
        parts = [*parts, *(rng.choice(alphabet) for _ in range(rng.randint(1, 2)))] * rng.choice((50, 500, 5000))
    return "".join(parts)[:20_000]


def mutated_text(rng: Random, text: str, alphabet: Sequence[str] = PIECES) -> str:
    """A text with one to five random changes: a part inserted, replaced, removed, repeated or swapped."""
    for _ in range(rng.randint(1, 5)):
        i, j = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        j = min(j, i + rng.randint(0, 8))
        part = rng.choice((rng.choice(alphabet), text[i:j] * rng.randint(2, 9), "", text[i:j][::-1]))
        text = text[:i] + part + text[j:]
    return text[:200_000]


def mutated_bytes(rng: Random, data: bytes) -> bytes:
    """Bytes with one to eight random changes; one in ten is cut off at a random place."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        i = rng.randrange(len(changed) + 1)
        kind = rng.random()
        if kind < 0.5 and i < len(changed):
            changed[i] = rng.choice((0, 1, 9, 10, 13, 34, 44, 127, 128, 255, rng.randrange(256)))
        elif kind < 0.8:
            changed[i:i] = rng.choice((b"\xff\xfe", b"\x00" * 9, b"\r", b'"', b",,,", b"\x1a", rng.randbytes(5)))
        else:
            del changed[i : i + rng.randint(1, 30)]
    return bytes(changed[: rng.randrange(len(changed) + 1)] if rng.random() < 0.1 else changed)


def mutated_tree(rng: Random, tree: Any) -> Any:
    """A copy of a JSON tree in which one to three places hold something else, twice or nothing."""
    tree = copy.deepcopy(tree)
    for _ in range(rng.randint(1, 3)):
        node = tree
        for _ in range(rng.randint(0, 8)):
            inner = [value for value in (node.values() if isinstance(node, dict) else node if isinstance(node, list)
                                         else ()) if isinstance(value, dict | list) and value]
            if not inner:
                break
            node = rng.choice(inner)
        if node:
            key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
            if rng.random() < 0.02:  # the last change, because nothing can copy such a tree
                node[key] = _deep(rng.choice((50, 3000)))
                break
            _change(rng, node, key)
    return tree


def _change(rng: Random, node: Any, key: Any) -> None:
    kind = rng.random()
    if kind < 0.15:
        del node[key]
    elif kind < 0.3 and isinstance(node, list):
        node.extend(copy.deepcopy(node[key]) for _ in range(rng.choice((1, 30))))
    elif kind < 0.5 and isinstance(node[key], int | float) and abs(node[key]) < 2**53:
        node[key] = rng.choice((-1, 2, 1e9, -0.5)) * node[key]
    else:
        node[key] = copy.deepcopy(rng.choice(HOSTILE)) if rng.random() < 0.8 else hostile_text(rng)


def _deep(levels: int) -> Any:
    tree: Any = 1
    for _ in range(levels):
        tree = [tree]
    return tree


def mutated_zip(rng: Random, files: Mapping[str, bytes], change: Callable[[Random, str, bytes], bytes]) -> bytes:
    """A zip of the files, one or two of which are changed by `change`; one zip in ten is changed as bytes too."""
    chosen = {rng.choice(list(files)) for _ in range(rng.randint(1, 2))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            if rng.random() < 0.995:
                archive.writestr(name, change(rng, name, content) if name in chosen else content)
    return mutated_bytes(rng, out.getvalue()) if rng.random() < 0.1 else out.getvalue()
