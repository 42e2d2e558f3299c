"""Logistic pieces: age and sex alone, an ECG term added to it, calibration, and the figures with intervals by patient."""

import numpy as np
from scipy.optimize import minimize

DRAWS, SEED = 2000, 3003


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -40, 40)))


def fit_logistic(x: np.ndarray, y: np.ndarray, penalty: float, offset=None, weight=None) -> tuple[np.ndarray, float]:
    """Coefficients and intercept that minimise the mean cross-entropy + penalty/2 |w|^2, given a fixed `offset` logit."""
    n, d = x.shape
    offset = np.zeros(n) if offset is None else offset
    weight = np.ones(n) / n if weight is None else weight / weight.sum()

    x1 = np.c_[x, np.ones(n)]
    ridge = np.r_[np.full(d, penalty), 1e-9]
    theta = np.zeros(d + 1)
    value = lambda t: float(weight @ (np.logaddexp(0, x1 @ t + offset) - y * (x1 @ t + offset))) + 0.5 * float(ridge @ (t * t))
    now = value(theta)
    for _ in range(60):  # Newton's steps, halved where they do not lower the loss
        p = sigmoid(x1 @ theta + offset)
        gradient = x1.T @ (weight * (p - y)) + ridge * theta
        hessian = (x1 * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ x1 + np.diag(ridge)
        step, size = np.linalg.solve(hessian, gradient), 1.0
        while size > 1e-4 and value(theta - size * step) > now:
            size /= 2
        theta = theta - size * step
        before, now = now, value(theta)
        if before - now < 1e-9:
            break
    return theta[:d], float(theta[d])


def fit_platt(logit: np.ndarray, y: np.ndarray, anchor: float = 5.0) -> tuple[float, float]:
    """Slope and intercept of a logistic recalibration; slope drawn towards 1 as by `anchor` further cases."""
    n = len(y)

    def objective(theta):
        z = theta[0] * logit + theta[1]
        r = sigmoid(z) - y
        value = np.sum(np.logaddexp(0, z) - y * z) + 0.5 * anchor * (theta[0] - 1) ** 2
        return value / n, np.array([r @ logit + anchor * (theta[0] - 1), r.sum()]) / n

    return tuple(minimize(objective, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x)


def ece(p: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal size."""
    order = np.argsort(p, kind="stable")
    return float(sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in np.array_split(order, bins) if len(part)) / len(p))


def fast_auroc(score: np.ndarray, positive: np.ndarray) -> float:
    n1 = positive.sum()
    if n1 == 0 or n1 == len(positive):
        return np.nan
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    s = score[order]
    edges = np.flatnonzero(np.r_[True, np.diff(s) > 0, True])
    ranks[order] = np.repeat((edges[:-1] + edges[1:] + 1) / 2, np.diff(edges))
    return float((ranks[positive].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(score) - n1)))


def figures(scores: dict, labels: np.ndarray, patients: np.ndarray, names, *, against: str, draws: int = DRAWS) -> dict:
    """AUROC of every reader by label and macro, with 95 % intervals from people drawn anew, and the paired gain over the
    reader `against`. scores: reader -> [n, labels] logits; labels [n, labels] of 0/1."""
    people, index = np.unique(patients, return_inverse=True)
    rows = [np.flatnonzero(index == p) for p in range(len(people))]
    rng = np.random.default_rng(SEED)
    sampled = [np.arange(len(index))] + [np.concatenate([rows[p] for p in rng.integers(0, len(people), len(people))]) for _ in range(draws)]
    positive = labels > 0.5
    table = {reader: np.array([[fast_auroc(z[take, k], positive[take, k]) for k in range(len(names))] for take in sampled]) for reader, z in scores.items()}
    out = {}
    for reader, values in table.items():
        full = np.c_[values, values.mean(1)]
        gain = np.c_[values - table[against], (values - table[against]).mean(1)]
        out[reader] = {name: {"auroc": full[0, k], "ci": interval(full[1:, k]), "gain": gain[0, k], "gainCi": interval(gain[1:, k])} for k, name in enumerate([*names, "macro"])}
    return out


def interval(values: np.ndarray) -> list:
    return [float(v) for v in np.nanpercentile(values, [2.5, 97.5])]
