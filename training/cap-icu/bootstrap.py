"""Percentile intervals over patients drawn with replacement: one row is one patient in both data sets."""

import numpy as np
from scipy.stats import rankdata

DRAWS, SEED = 2000, 3003


def draws(n: int, count: int = DRAWS) -> np.ndarray:
    return np.random.default_rng(SEED).integers(0, n, (count, n))


def auroc(y: np.ndarray, p: np.ndarray) -> float:
    died = int(y.sum())
    if died in (0, len(y)):
        return np.nan
    return float((rankdata(p)[y == 1].sum() - died * (died + 1) / 2) / (died * (len(y) - died)))


def interval(values) -> list[float]:
    values = np.asarray(values, float)
    return [float(v) for v in np.nanquantile(values, [0.025, 0.975])]


def figure(statistic, *arrays, index: np.ndarray) -> dict:
    """@param statistic of the arrays; @returns {value, ci}"""
    return {"value": float(statistic(*arrays)), "ci": interval([statistic(*(a[i] for a in arrays)) for i in index])}
