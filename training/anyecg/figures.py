"""Figures of a label with intervals; differences are paired, since every score is of the same people (one tracing each)."""

import numpy as np
from scipy.special import expit
from scipy.stats import rankdata

BINS = 10


def auroc(score: np.ndarray, positive: np.ndarray) -> float:
    n = int(positive.sum())
    if n in (0, len(positive)):
        return float("nan")
    return float((rankdata(score)[positive].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))


def placements(score: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of negatives below each positive, and of positives above each negative; ties count half."""
    up, down = np.sort(score[positive]), np.sort(score[~positive])
    of_case = (np.searchsorted(down, score[positive], "left") + np.searchsorted(down, score[positive], "right")) / (2 * len(down))
    of_other = 1 - (np.searchsorted(up, score[~positive], "left") + np.searchsorted(up, score[~positive], "right")) / (2 * len(up))
    return of_case, of_other


def compared(score, base, positive) -> dict:
    """AUROC, that of `base`, their difference, each with a 95 % interval by the paired method of DeLong (Biometrics 1988;44:837).

    Not the bootstrap of the real figures: on thousands of people the two agree within a few thousandths (tests), and there are 96 labels."""
    (a10, a01), (b10, b01) = placements(score, positive), placements(base, positive)

    def around(of_case, of_other):
        spread = 1.96 * np.sqrt(of_case.var(ddof=1) / len(of_case) + of_other.var(ddof=1) / len(of_other))
        return float(of_case.mean()), [float(of_case.mean() - spread), float(of_case.mean() + spread)]

    value, ci = around(a10, a01)
    gain, gain_ci = around(a10 - b10, a01 - b01)
    return {"auroc": value, "aurocCi": ci, "base": float(b10.mean()), "gain": gain, "gainCi": gain_ci}


def interval(values) -> list[float]:
    return [float(v) for v in np.nanpercentile(values, [2.5, 97.5])]


def ece(p: np.ndarray, y: np.ndarray) -> float:
    """Expected calibration error over ten bins of equal mass."""
    parts = np.array_split(np.argsort(p, kind="stable"), BINS)
    return float(sum(len(i) * abs(y[i].mean() - p[i].mean()) for i in parts) / len(p))


def subgroup_gap(score, positive, groups: dict, least: int = 30) -> tuple[float | None, dict]:
    """Largest difference of AUROC between groups of one kind, each with `least` positives and negatives. groups: kind -> {name: mask}"""
    found, gaps = {}, []
    for kind, masks in groups.items():
        values = {}
        for name, mask in masks.items():
            if min(positive[mask].sum(), (~positive[mask]).sum()) >= least:
                values[name] = auroc(score[mask], positive[mask])
        found[kind] = values
        if len(values) > 1:
            gaps.append(max(values.values()) - min(values.values()))
    return (max(gaps) if gaps else None), found


def c_index(score: np.ndarray, event: np.ndarray, seen: np.ndarray) -> float:
    """Harrell's C over ten years, times in whole years: a pair counts when one had the event in a year that the other passed."""
    cases = np.flatnonzero((event >= 0) & (seen > 0))
    concordant = total = 0.0
    for year in np.unique(event[cases]):
        later = np.sort(score[(seen > 0) & (((event < 0) & (seen > year)) | (event > year))])
        mine = score[cases[event[cases] == year]]
        low, high = np.searchsorted(later, mine, "left"), np.searchsorted(later, mine, "right")
        concordant += float((low + 0.5 * (high - low)).sum())
        total += float(len(later) * len(mine))
    return concordant / total if total else float("nan")


def cumulative(hazard: np.ndarray) -> np.ndarray:
    """[n x L x 10] -> the same, risk of onset up to each year."""
    return 1 - np.cumprod(1 - hazard, -1)


def horizon(event: np.ndarray, seen: np.ndarray, years: int, stay: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(people whose state at the horizon is known, had it, weight by the inverse probability of having been followed that long).
    `stay`: probability of staying a year."""
    had = (event >= 0) & (event < years)
    known = had | (seen >= years)
    time = np.where(had, event + 0.5, years)
    return known & (seen > 0), had, stay ** -time


def slope(logit_risk: np.ndarray, had: np.ndarray, weight: np.ndarray) -> float:
    """Slope of the outcome on the log odds of the risk."""
    w = np.array([1.0, 0.0])
    design = np.stack([logit_risk, np.ones_like(logit_risk)], 1)
    for _ in range(40):
        p = expit(design @ w)
        step = np.linalg.solve((design * (weight * p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(2), design.T @ (weight * (had - p)))
        w += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return float(w[0])


def pooled_slope(rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> float:
    """One slope over several labels, each with its own intercept. rows: (logit risk, had, weight)."""
    common, own = 1.0, [0.0] * len(rows)
    for _ in range(60):
        gradient = curvature = 0.0
        steps = []
        for k, (x, y, w) in enumerate(rows):
            p = expit(common * x + own[k])
            v, r = w * p * (1 - p), w * (y - p)
            a, b, c = (v * x * x).sum(), (v * x).sum(), v.sum()
            gradient += (r * x).sum() - b / c * r.sum()
            curvature += a - b * b / c
            steps.append((r.sum() / c, b / c))
        step = float(np.clip(gradient / curvature, -1, 1))
        common += step
        own = [o + np.clip(s - t * step, -2, 2) for o, (s, t) in zip(own, steps)]
        if abs(step) < 1e-7:
            break
    return float(common)
