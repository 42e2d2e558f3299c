"""Beta calibration per label (Kull 2017), split conformal quantile and the order of the served risks.

Fitted on validation people at the natural mix; the parameters go to model.json `calibration.params.<label>` and the
runtime applies them (inference/decision/calibrate.ts has the same formula). Graph outputs stay as they are.
"""

import numpy as np
from scipy.optimize import minimize

from network import LABELS

CLIP = 1e-6
ALPHA = 0.10
RIDGE = 1e-6  # pulls a and b towards 1, c towards 0, so that a flat direction has an end


def logit(p):
    p = np.clip(p, CLIP, 1 - CLIP)
    return np.log(p / (1 - p))


def expit(z):
    return 1 / (1 + np.exp(-z))


def beta_of(p, params) -> np.ndarray:
    """1 / (1 + e^-(a ln p - b ln(1 - p) + c)), held to 1e-6 .. 1 - 1e-6."""
    z = logit(np.asarray(p, float))
    value = expit(-params["a"] * np.logaddexp(0, -z) + params["b"] * np.logaddexp(0, z) + params["c"])
    return np.clip(value, CLIP, 1 - CLIP)


def fit_beta(p, positive, weight) -> dict:
    """a, b >= 0 and c by weighted cross-entropy."""
    z, w, y = logit(np.asarray(p, float)), weight / weight.sum(), positive.astype(float)
    low, high = -np.logaddexp(0, -z), np.logaddexp(0, z)

    def cost(theta):
        a, b, c = theta
        f = a * low + b * high + c
        residual = w * (expit(f) - y)
        penalty = RIDGE * ((a - 1) ** 2 + (b - 1) ** 2 + c**2)
        gradient = np.array([residual @ low, residual @ high, residual.sum()]) + 2 * RIDGE * np.array([a - 1, b - 1, c])
        return float(w @ (np.logaddexp(0, f) - y * f)) + penalty, gradient

    found = minimize(cost, [1.0, 1.0, 0.0], jac=True, method="L-BFGS-B", bounds=[(0.05, 10), (0.0, 10), (-10, 10)])
    return dict(zip("abc", map(float, found.x)))


def calibrate(probability, params: dict) -> np.ndarray:
    """[n, 4] of the graph -> calibrated, and ordered again: K >= 6.0 is never likelier than K > 5.5, and K < 3.5 takes no more than
    K > 5.5 leaves."""
    out = np.column_stack([beta_of(probability[:, i], params[label]) for i, label in enumerate(LABELS)])
    out[:, 1] = np.minimum(out[:, 1], out[:, 0])
    out[:, 2] = np.minimum(out[:, 2], out[:, 1])
    out[:, 3] = np.minimum(out[:, 3], 1 - out[:, 0])
    return out


def conformal_quantile(measured, mean, sigma, weight, alpha=ALPHA) -> float:
    """Weighted quantile of |K - mean| / sigma that holds 1 - alpha of the cases, one case of average weight added at the top."""
    score = np.abs(measured - mean) / sigma
    order = np.argsort(score)
    reached = np.cumsum(weight[order]) / (weight.sum() + weight.mean())
    return float(score[order][min(np.searchsorted(reached, 1 - alpha), len(order) - 1)])
