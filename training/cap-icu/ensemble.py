"""Boosted oblivious trees (CatBoost), monotone where medicine is sure, averaged over several seeds."""

import numpy as np
from catboost import CatBoostClassifier

from graph import BELOW, Trees, trees_of

#: Signs that medicine is sure of; all else is free. SUPPORT2's comorbidities, cancer and kidney values are not among them:
#: there they also mark the chronically ill, who die later and elsewhere, and holding them upwards cost .01 AUPRC.
MONOTONE = {"age": 1, "gcs": -1, "lactate": 1, "bun": 1, "creatinine": 1, "sofa": 1, "scoma": 1}
#: Of a change from first to last, and of a spread, the sign is not the variable's own.
NOT_MONOTONE = {"change", "sd"}
THREADS = 1


def constraints(names: list[str]) -> list[int]:
    return [0 if n.rpartition(".")[2] in NOT_MONOTONE else MONOTONE.get(n, MONOTONE.get(n.split(".")[0], 0)) for n in names]


#: A feature that fewer than this share of the training stays lack counts as its median where it is missing: too few lacked it to
#: learn what that means, and below all values a missing coma score would look like the deepest coma.
SELDOM_MISSING = 0.1


def fill_of(x: np.ndarray) -> np.ndarray:
    """@returns what stands for a missing value, by feature: the median, or below every value where missing is common enough to be learned"""
    share = np.isnan(x).mean(0)
    return np.where(share < SELDOM_MISSING, np.nanmedian(x, 0), BELOW).astype(np.float32)


def fit_trees(x: np.ndarray, y: np.ndarray, names: list[str], seeds: range, **options) -> Trees:
    models, fill = [], fill_of(x)
    filled = np.where(np.isnan(x) & np.isfinite(fill), fill, x)
    for seed in seeds:
        model = CatBoostClassifier(verbose=0, thread_count=THREADS, random_seed=1001 + seed, allow_writing_files=False, nan_mode="Min",
                                   bootstrap_type="Bernoulli", monotone_constraints=constraints(names), **options)
        models.append(model.fit(filled, y))
    return trees_of(models, fill)
