"""One hour of one series as bytes, and back, without loss: every moment and every bit of every value returns.

Form: one byte of scale, then zlib over two planes of byte-shuffled little-endian 64-bit words.

    moments  the first less the hour's begin, then the change of the step from one to the next, zig-zag
    values   scale 0-9: value x 10^scale is a whole number for all; first and differences, zig-zag
             scale 255: the doubles as they are

Shuffled, the many zero bytes of small numbers lie side by side; a regular series costs about one byte a sample.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

from app.base.clock import Moment

_RAW: Final = 255
_SCALES: Final = range(10)
_EXACT: Final = 2.0**53
"""Whole numbers below it are exact as doubles."""


def pack(hour: Moment, at: Sequence[Moment], values: Sequence[float]) -> bytes:
    """The samples of the hour that begins at ``hour``, oldest first, at least one; moments strictly rising."""
    import numpy as np

    moments = np.asarray(at, dtype=np.int64) - hour
    steps = np.diff(moments, prepend=np.int64(0))
    steps[1:] = np.diff(steps)
    doubles = np.asarray(values, dtype=np.float64)
    scale, words = _scaled(doubles)
    planes = _shuffled(_zigzag(steps)) + _shuffled(words)
    return bytes((scale,)) + zlib.compress(planes, 6)


def unpack(hour: Moment, packed: bytes) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What ``pack`` was given, as int64 and float64. Raises ValueError or zlib.error on bytes it did not write."""
    return unpack_all([(hour, packed)])


def unpack_all(chunks: Iterable[tuple[Moment, bytes]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Chunks one after the other. Neighbours of one length and scale, as a regular series has, are worked on as one
    table: numpy's price per call is then paid once. Errors as ``unpack``."""
    import numpy as np

    opened = [(hour, packed[0], zlib.decompress(packed[1:])) for hour, packed in chunks]
    parts = [_opened([*alike]) for _, alike in groupby(opened, lambda each: (each[1], len(each[2])))]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.float64)
    moments, values = zip(*parts, strict=True)
    return np.concatenate(moments), np.concatenate(values)


def _opened(alike: list[tuple[Moment, int, bytes]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    import numpy as np

    scale = alike[0][1]
    planes = np.frombuffer(b"".join(each[2] for each in alike), dtype="u1").reshape(len(alike), 2, 8, -1)
    words = np.ascontiguousarray(planes.transpose(1, 0, 3, 2)).view("<u8")[..., 0]
    steps = _unzigzag(words[0])
    steps[:, 1:] = np.cumsum(steps[:, 1:], axis=1) + steps[:, :1]
    moments = np.cumsum(steps, axis=1) + np.array([each[0] for each in alike])[:, None]
    if scale == _RAW:
        return moments.reshape(-1), words[1].reshape(-1).view(np.float64)
    return moments.reshape(-1), np.cumsum(_unzigzag(words[1]), axis=1).reshape(-1) / 10.0**scale


def _scaled(doubles: NDArray[np.float64]) -> tuple[int, NDArray[Any]]:
    """The smallest scale at which all values come back bit by bit, with their words; raw when there is none."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        for scale in _SCALES:
            whole = np.rint(doubles * 10.0**scale)
            if not np.all(np.abs(whole) < _EXACT):
                break
            back = whole.astype(np.int64) / 10.0**scale
            # Compared as bits: -0.0 equals 0.0 and is not the same.
            if np.array_equal(back.view(np.int64), doubles.view(np.int64)):
                return scale, _zigzag(np.diff(whole.astype(np.int64), prepend=np.int64(0)))
    return _RAW, doubles.view(np.uint64)


def _zigzag(numbers: NDArray[Any]) -> NDArray[Any]:
    return ((numbers << 1) ^ (numbers >> 63)).view("u8")


def _unzigzag(words: NDArray[Any]) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = (words >> 1).view("i8") ^ -(words & 1).view("i8")
    return numbers


def _shuffled(words: NDArray[Any]) -> bytes:
    return words.astype("<u8").view("u1").reshape(-1, 8).T.tobytes()
