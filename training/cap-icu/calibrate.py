"""Calibration of logits and the figures that judge it; the same formulas as inference/decision/calibrate.ts and inference/metrics."""

import numpy as np
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, roc_auc_score

CLIP = 1e-6


def expit(z):
    return 1 / (1 + np.exp(-np.asarray(z, float)))


def logit(p):
    p = np.clip(p, CLIP, 1 - CLIP)
    return np.log(p / (1 - p))


def log_loss(y, p) -> float:
    p = np.clip(p, CLIP, 1 - CLIP)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def design(method: str, z: np.ndarray) -> np.ndarray:
    one = np.ones_like(z)
    return np.stack([z, one], -1) if method == "platt" else np.stack([-np.logaddexp(0, -z), np.logaddexp(0, z), one], -1)


def fit(method: str, z: np.ndarray, y: np.ndarray) -> dict:
    """@returns {method, params}: platt slope z + intercept; beta a ln s - b ln(1 - s) + c; isotonic lines between knots."""
    if method == "isotonic":
        model = IsotonicRegression(out_of_bounds="clip", y_min=0.002, y_max=0.998).fit(z, y)
        x, p = model.X_thresholds_, model.y_thresholds_
        # The middle of each step, so that equal predictions are one knot.
        knots = [(float(np.mean(x[p == v])), float(v)) for v in np.unique(p)]
        return {"method": method, "params": {"x": [k for k, _ in knots], "y": [v for _, v in knots]}}
    a = design(method, z)
    loss = lambda w: np.mean(np.logaddexp(0, a @ w) - y * (a @ w))
    slope = lambda w: a.T @ (expit(a @ w) - y) / len(y)
    bounds = None if method == "platt" else [(0, None), (0, None), (None, None)]
    w = minimize(loss, np.r_[np.ones(a.shape[1] - 1), 0.0], jac=slope, method="L-BFGS-B", bounds=bounds, tol=1e-10).x
    names = ("slope", "intercept") if method == "platt" else ("a", "b", "c")
    return {"method": method, "params": {n: float(f"{v:.6g}") for n, v in zip(names, w)}}


def apply(calibration: dict, z) -> np.ndarray:
    z, params, method = np.asarray(z, float), calibration["params"], calibration["method"]
    if method == "isotonic":
        return np.clip(np.interp(z, params["x"], params["y"]), CLIP, 1 - CLIP)
    weights = [params[n] for n in (("slope", "intercept") if method == "platt" else ("a", "b", "c"))]
    return np.clip(expit(design(method, z) @ np.asarray(weights)), CLIP, 1 - CLIP)


def line(y: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """Slope of outcome on logit p, and intercept with that slope held at 1 (calibration in the large)."""
    z = logit(p)
    slope = fit("platt", z, y)["params"]["slope"]
    shift = 0.0
    for _ in range(50):
        q = expit(z + shift)
        step = float(np.sum(y - q) / max(np.sum(q * (1 - q)), 1e-9))
        shift += np.clip(step, -2, 2)
        if abs(step) < 1e-10:
            break
    return slope, float(shift)


def ece(y: np.ndarray, p: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass."""
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return float(sum(len(i) * abs(y[i].mean() - p[i].mean()) for i in parts) / len(p))


def judge(y: np.ndarray, p: np.ndarray) -> dict:
    slope, intercept = line(y, p)
    return {"auroc": roc_auc_score(y, p), "auprc": average_precision_score(y, p), "brier": float(np.mean((y - p) ** 2)),
            "ece": ece(y, p), "calibration.slope": slope, "calibration.intercept": intercept}
