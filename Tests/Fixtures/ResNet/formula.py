"""Weights and inputs as a function of key and index; FormulaWeights.swift computes the same numbers."""
import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def raw(key: str, count: int) -> np.ndarray:
    """64 random bits for each index: SplitMix64 seeded by the FNV-1a hash of the key."""
    seed = 0xCBF29CE484222325
    for byte in key.encode():
        seed = ((seed ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(key: str, shape) -> np.ndarray:
    """Numbers in -1..<1."""
    bits = raw(key, int(np.prod(shape, dtype=np.int64)))
    return ((bits >> np.uint64(11)).astype(np.float64) * 2.0**-53 * 2 - 1).reshape(shape)


def value(name: str, shape, calm=False) -> np.ndarray:
    """The value of a parameter or buffer.

    With calm normalizations few inputs of a ReLU lie near zero, where single and double precision may take different
    sides: scale 0.25 ± 0.0625, shift four to six times 0.25, in either direction for the first normalization of a block
    and upward for the others, so that no sum of a block lies near zero.
    """
    u = uniform(name, shape)
    if calm and len(shape) == 1 and "bn" in name.split(".")[-2] + ("bn" if "downsample" in name else ""):
        if name.endswith(".weight"):
            return 0.25 * (1 + 0.25 * u)
        if name.endswith(".bias"):
            shift = 0.25 * (4 * np.sign(u) + 2 * u)
            return shift if name.split(".")[-2] == "bn1" else np.abs(shift)
    if name.endswith(".running_var"):
        return 1 + 0.5 * u
    if len(shape) == 4:
        return u * np.sqrt(6 / (max(shape[0], shape[1]) * shape[2] * shape[3]))
    if len(shape) == 2:
        return u * np.sqrt(3 / shape[1])
    return 1 + 0.25 * u if name.endswith(".weight") else 0.1 * u


def projections(name: str, array: np.ndarray) -> np.ndarray:
    """Sums of the elements under eight sets of signs, one for each low bit of the formula."""
    flat = array.reshape(-1).astype(np.float64)
    bits = raw("projection/" + name, flat.size)
    sums = []
    for k in range(8):
        signs = 1 - 2 * ((bits >> np.uint64(k)) & np.uint64(1)).astype(np.float64)
        sums.append(float(np.dot(signs, flat)))
    return np.array(sums)
