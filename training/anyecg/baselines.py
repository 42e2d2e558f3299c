"""The logistic on ECGomics features of the real records, as the asset that `hisbundle evaluate` reads.

Features: `out/ecgomics-features.csv` of training/ecg-encoder (the server's own measurements; its README says how to make it).
"""

import csv

import numpy as np

from cases import OUT
from head import STATEMENTS
from simulators.cohort_ceiling import fit_logits

TABLE = OUT.parents[1] / "ecg-encoder" / "out" / "ecgomics-features.csv"
META = ("dataset", "record", "patient", "fold", "delineator", "age", "sex", "norm")
LEAST_SHARE, RIDGE = 0.6, 0.3


def ecgomics_model() -> dict:
    """{ecgomics: {features, mean, scale, labels}} fitted on PTB-XL folds 1-8; mean and scale are median and half the 16-84 % span."""
    with np.load(OUT / "statements.npz") as z:
        keys, labels = [str(k) for k in z["record"]], z["labels"]
    held = [k for k in keys if k.startswith("ptbxl")]
    rows = {f"ptbxl-{int(r['record']):05d}": r for r in csv.DictReader(TABLE.open()) if r["dataset"] == "ptbxl"}
    names = [n for n in next(iter(rows.values())) if n not in META]
    table = np.array([[float(rows[k][n]) if k in rows and rows[k][n] else np.nan for n in names] for k in held])
    use = np.isfinite(table).mean(0) > LEAST_SHARE
    table, names = table[:, use], [n for n, u in zip(names, use) if u]
    middle = np.nanmedian(table, 0)
    filled = np.where(np.isfinite(table), table, middle)
    spread = (np.percentile(filled, 84, axis=0) - np.percentile(filled, 16, axis=0)) / 2
    keep = spread > 1e-9
    x = np.c_[np.clip((filled - middle)[:, keep] / spread[keep], -4, 4), np.ones(len(held))]
    w = fit_logits(x, labels[:, : len(STATEMENTS)], l2=RIDGE / 2)
    return {"ecgomics": {"features": [n for n, k in zip(names, keep) if k], "mean": middle[keep].tolist(), "scale": spread[keep].tolist(),
                         "labels": {key: {"intercept": float(w[-1, k]), "coefficients": w[:-1, k].tolist()} for k, key in enumerate(STATEMENTS)}}}
