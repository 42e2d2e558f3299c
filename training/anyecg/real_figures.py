"""Figures of the labels that are read from real tracings: held out by fold, intervals by 2,000 draws of patients."""

import numpy as np
from scipy.special import expit

from figures import auroc, ece, interval, subgroup_gap

DRAWS, SEED = 2000, 3003
NAME, LATE_NAME = "PTB-XL folds 1-8, cross-fitted", "PTB-XL folds 7-8, cross-fitted"


def patient_draws(patient: np.ndarray, draws: int = DRAWS) -> list[np.ndarray]:
    people, index = np.unique(patient, return_inverse=True)
    rows = [np.flatnonzero(index == p) for p in range(len(people))]
    rng = np.random.default_rng(SEED)
    return [np.concatenate([rows[p] for p in rng.integers(0, len(people), len(people))]) for _ in range(draws)]


def real_row(fit: dict, k: int, use: np.ndarray, name: str, draws: list) -> dict:
    y = fit["labels"][use, k] > 0.5
    z, base, age, male = fit["logit"][use, k], fit["ageSexLogit"][use, k], fit["age"][use], fit["male"][use]
    drawn = np.array([[auroc(z[i], y[i]), auroc(base[i], y[i])] for i in draws])
    gap, _ = subgroup_gap(z, y, {"sex": {"female": male == 0, "male": male == 1}, "age": {f"{a}": (age >= a) & (age < b) for a, b in ((18, 50), (50, 65), (65, 75), (75, 91))}})
    row = {"key": str(fit["keys"][k]), "dataName": name, "data": "real", "n": int(len(y)), "positives": int(y.sum()), "auroc": auroc(z, y),
           "aurocCi": interval(drawn[:, 0]), "ageSexAuroc": auroc(base, y), "gain": auroc(z, y) - auroc(base, y),
           "gainCi": interval(drawn[:, 0] - drawn[:, 1]), "ece": ece(expit(z), y.astype(float)), "eceUncalibrated": ece(expit(fit["raw"][use, k]), y.astype(float))}
    return row | ({"subgroupGap": gap} if gap is not None else {})


def real_rows(fit: dict, late: bool = False) -> list[dict]:
    """One row a label; `late`: folds 7 and 8 only, by which nothing was chosen."""
    use = np.isin(fit["fold"], (7, 8)) if late else np.ones(len(fit["fold"]), bool)
    draws = patient_draws(fit["patient"][use])
    return [real_row(fit, k, use, LATE_NAME if late else NAME, draws) for k in range(len(fit["keys"]))]


def macro(fit: dict, columns=range(5)) -> dict:
    """Mean over the superclasses, its gain over age and sex, from the same draws."""
    draws = patient_draws(fit["patient"])
    y = fit["labels"] > 0.5
    both = lambda i: [np.mean([auroc(fit[f][i, k], y[i, k]) for k in columns]) for f in ("logit", "ageSexLogit")]
    whole, drawn = both(np.arange(len(y))), np.array([both(i) for i in draws])
    return {"auroc": whole[0], "ci": interval(drawn[:, 0]), "ageSex": whole[1], "gain": whole[0] - whole[1], "gainCi": interval(drawn[:, 0] - drawn[:, 1]),
            "ece": float(np.mean([ece(expit(fit["logit"][:, k]), y[:, k].astype(float)) for k in columns]))}


def simple_age_sex(fit: dict) -> dict:
    """Straight-line age-sex logistic per superclass, for a server whose model has no age-sex output."""
    from simulators.cohort_ceiling import fit_logits
    known = np.isfinite(fit["age"])
    x = np.c_[fit["age"][known] / 100, 1 - fit["male"][known], np.ones(known.sum())]
    w = fit_logits(x, np.nan_to_num(fit["labels"][known]), weight=np.isfinite(fit["labels"][known]).astype(float), l2=1e-3)
    return {str(key): {"age": float(w[0, k]), "female": float(w[1, k]), "intercept": float(w[2, k])} for k, key in enumerate(fit["keys"])}
