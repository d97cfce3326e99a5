"""Numbers that Python and TypeScript draw alike (test/support/golden/draw.ts), so that inputs need not be stored."""

import numpy as np


def words(name: str, count: int) -> np.ndarray:
    """Words 0 ... count - 1 of the sequence `name`, uint32: MurmurHash3's finaliser of i times the golden ratio plus FNV-1a of the name."""
    key = 0x811C9DC5
    for byte in name.encode():
        key = ((key ^ byte) * 0x01000193) & 0xFFFFFFFF
    h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(key)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def uniform(name: str, shape, scale: float, offset: float = 0.0) -> np.ndarray:
    """offset + scale * u, u uniform over [-1, 1) in steps of 2**-23, computed in double and rounded to single precision."""
    u = (words(name, int(np.prod(shape))) >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    return (offset + scale * u).astype(np.float32).reshape(shape)


def parameter(name: str, key: str, shape) -> np.ndarray:
    """Gains 1 +- 1/4, biases +- 1/4, matrices of variance 1 / columns: none starts at 0 or 1 alone, where gradients vanish by symmetry."""
    if key.endswith("norm.weight"):
        return uniform(f"{name}/{key}", shape, 0.25, 1.0)
    return uniform(f"{name}/{key}", shape, 0.25 if len(shape) == 1 else float(np.sqrt(3 / shape[1])))


def sentences(name: str, lengths, types: int) -> list[list[int]]:
    """Ids of sentences of these lengths, the end of the sentence (2) included; 0 to 3 are special."""
    return [[4 + int(w) % (types - 4) for w in words(f"{name}.{row}", length - 1)] + [2] for row, length in enumerate(lengths)]
