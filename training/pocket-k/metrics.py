"""Weighted metrics with 95 % bootstrap intervals clustered by patient."""

import numpy as np

BOOTSTRAP_DRAWS = 2000
BOOTSTRAP_SEED = 3003


def auroc(score, positive, weight) -> float:
    """Weighted area under the ROC curve; ties count half."""
    order = np.argsort(score, kind="stable")
    s, y, w = score[order], positive[order], weight[order]
    group = np.concatenate([[0], np.cumsum(np.diff(s) > 0)])
    pos = np.bincount(group, w * y)
    neg = np.bincount(group, w * ~y)
    below = np.cumsum(neg) - neg
    total = pos.sum() * neg.sum()
    return float((pos * (below + 0.5 * neg)).sum() / total) if total > 0 else np.nan


def auroc_table(score, positive, weight, patients) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """M[a, b]: weight by which positives of person a lie above negatives of person b (ties half); weight of positives and
    of negatives by person. Any resampling of people is then c'Mc / (c'p c'n), without sorting again."""
    people, index = np.unique(patients, return_inverse=True)
    negatives = np.flatnonzero(~positive)[np.argsort(score[~positive], kind="stable")]
    steps = np.zeros((len(people), len(negatives) + 1))
    steps[index[negatives], np.arange(1, len(negatives) + 1)] = weight[negatives]
    below = np.cumsum(steps, axis=1)
    ranked, own = score[negatives], np.flatnonzero(positive)
    left, right = np.searchsorted(ranked, score[own], "left"), np.searchsorted(ranked, score[own], "right")
    reached = 0.5 * (below[:, left] + below[:, right]) * weight[own]
    table = np.zeros((len(people), len(people)))
    for person in range(len(people)):
        table[person] = reached[:, index[own] == person].sum(1)
    total = lambda inside: np.bincount(index[inside], weight[inside], len(people))
    return table, total(positive), total(~positive)


def resampled_aurocs(score, positive, weight, patients, draws=BOOTSTRAP_DRAWS, seed=BOOTSTRAP_SEED) -> np.ndarray:
    """AUROC of the sample [0] and of `draws` resamplings of its people; the same people for each call of one size."""
    table, pos, neg = auroc_table(score, positive, weight, patients)
    n = len(pos)
    rng = np.random.default_rng(seed)
    counts = np.vstack([np.ones(n), [np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(draws)]])
    with np.errstate(invalid="ignore"):
        return np.einsum("da,ab,db->d", counts, table, counts, optimize=True) / ((counts @ pos) * (counts @ neg))


def interval_of(values: np.ndarray) -> tuple[float, list]:
    """Value and 95 % interval of `resampled_aurocs`, or of the difference of two."""
    drawn = values[1:][np.isfinite(values[1:])]
    return float(values[0]), [float(v) for v in np.percentile(drawn, [2.5, 97.5])] if len(drawn) else [np.nan, np.nan]


def at_prevalence(positive, weight, prevalence):
    """Weights rescaled so that the positives hold `prevalence` of the total, which becomes 1."""
    w = np.where(positive, prevalence * weight / weight[positive].sum(), (1 - prevalence) * weight / weight[~positive].sum())
    return w


def rule_out(score, positive, weight, npv, prevalence) -> float:
    """Largest fraction of all cases below a threshold while the NPV there is at least `npv`; 0 if never."""
    w = at_prevalence(positive, weight, prevalence)
    order = np.argsort(score, kind="stable")
    total = np.cumsum(w[order])
    negative = np.cumsum((w * ~positive)[order])
    last = np.append(np.diff(score[order]) > 0, True)
    good = last & (negative >= npv * total)
    return float(total[good].max()) if good.any() else 0.0


def rule_out_threshold(score, positive, weight, npv, prevalence) -> float:
    """Score below which the fraction of `rule_out` lies (NaN if none)."""
    fraction = rule_out(score, positive, weight, npv, prevalence)
    order = np.argsort(score, kind="stable")
    total = np.cumsum(at_prevalence(positive, weight, prevalence)[order])
    index = int(np.searchsorted(total, fraction - 1e-12))
    return float(score[order][min(index + 1, len(order) - 1)]) if fraction > 0 else float("nan")


def specificity_threshold(score, positive, weight, specificity) -> float:
    order = np.argsort(score[~positive])
    w = np.cumsum(weight[~positive][order])
    return float(score[~positive][order][np.searchsorted(w, specificity * w[-1])])


def operating_point(score, positive, weight, threshold, prevalence) -> dict:
    """Sensitivity, specificity, PPV, NPV and fraction below the threshold at the given prevalence."""
    w = at_prevalence(positive, weight, prevalence)
    alarm = score >= threshold
    tp, fp = w[alarm & positive].sum(), w[alarm & ~positive].sum()
    fn, tn = w[~alarm & positive].sum(), w[~alarm & ~positive].sum()
    return {"threshold": float(threshold), "sensitivity": tp / (tp + fn), "specificity": tn / (tn + fp),
            "ppv": tp / max(tp + fp, 1e-12), "npv": tn / max(tn + fn, 1e-12), "fractionRuledOut": tn + fn}


def expected_calibration_error(p, positive, weight, bins=10) -> float:
    """Ten bins of equal weight; mean |observed - predicted| by weight."""
    order = np.argsort(p, kind="stable")
    w = weight[order] / weight.sum()
    which = np.minimum((np.cumsum(w) * bins).astype(int), bins - 1)
    gap = np.bincount(which, w * (positive[order] - p[order]), bins)
    return float(np.abs(gap).sum())


def brier(p, positive, weight) -> float:
    return float(np.average((p - positive) ** 2, weights=weight))


def clustered(metric, patients, *arrays, draws=BOOTSTRAP_DRAWS, seed=BOOTSTRAP_SEED) -> tuple[float, list]:
    """metric(*arrays, weight) with the last array the weight -> (value, [2.5 %, 97.5 %]), people resampled."""
    people, index = np.unique(patients, return_inverse=True)
    rng = np.random.default_rng(seed)
    *rest, weight = arrays
    values = []
    for _ in range(draws):
        count = np.bincount(rng.integers(0, len(people), len(people)), minlength=len(people))
        w = weight * count[index]
        keep = w > 0
        values.append(metric(*[a[keep] for a in rest], w[keep]))
    values = np.array(values)
    values = values[np.isfinite(values)]
    return float(metric(*arrays)), [float(v) for v in np.percentile(values, [2.5, 97.5])]
