"""The cloud of normal tracings: how far a tracing lies from it.

    python training/ecgomics/comparative/cloud.py features.csv inference/modules/ecgomics/norms

Features of QRS, ST, T and rate of normal adults (PTB-XL statement NORM, one recording a person, ages 20 to 85), each freed of
its linear dependence on age and sex; mean 0, covariance shrunk (Ledoit O, Wolf M 2004, J Multivar Anal 88:365). The
distances that a new one is compared with are those of normal people left out of the cloud (10 folds).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.covariance import LedoitWolf
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from table import DATA, DRAWS, SEED, interval, normal_adults, own, read, significant, write

AGES = (20, 85)
FEATURES = [
    "heart.rate", "qrs.duration", "qt.fridericia", "t.peak-end", "qrs.axis", "t.axis", "qrs-t.angle.spatial",
    "vector.qrs", "vector.t", "voltage.sokolow-lyon", "voltage.cornell", "r.transition.zone",
    *[f"qrs.peak-to-peak|{lead}" for lead in ("I", "II", "V1", "V2", "V5")],
    *[f"qrs.area|{lead}" for lead in ("I", "aVF", "V1", "V2", "V3", "V6")],
    *[f"st.j60|{lead}" for lead in ("I", "II", "aVF", "V1", "V2", "V3", "V5")],
    *[f"st-t.area|{lead}" for lead in ("I", "II", "aVF", "V1", "V2", "V3", "V5", "V6")],
]


def design(table: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(table)), (table["age"] - 50) / 10, table["female"]])


def cloud(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Regression of each feature on age and sex, scale of what is left, inverse of its shrunk covariance."""
    coefficients, *_ = np.linalg.lstsq(design(table), table[FEATURES].to_numpy(), rcond=None)
    rest = table[FEATURES].to_numpy() - design(table) @ coefficients
    scale = rest.std(axis=0, ddof=3)
    return coefficients, scale, np.linalg.inv(LedoitWolf(assume_centered=True).fit(rest / scale).covariance_)


def distances(table: pd.DataFrame, coefficients: np.ndarray, scale: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    rest = (table[FEATURES].to_numpy() - design(table) @ coefficients) / scale
    return np.sqrt(np.einsum("ij,jk,ik->i", rest, inverse, rest))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    table = read(given.table)
    normal = normal_adults(table, AGES).dropna(subset=FEATURES).reset_index(drop=True)
    other = table[(table["dataset"] == "ptbxl") & (table["norm"] == 0) & table["age"].between(*AGES)]
    other = other.dropna(subset=FEATURES).drop_duplicates("patient")
    other = other[~other["patient"].isin(normal["patient"])].reset_index(drop=True)

    left_out = np.zeros(len(normal))
    folds = KFold(10, shuffle=True, random_state=SEED)
    for train, test in folds.split(normal):
        left_out[test] = distances(normal.iloc[test], *cloud(normal.iloc[train]))
    coefficients, scale, inverse = cloud(normal)
    abnormal = distances(other, coefficients, scale, inverse)
    truth = np.r_[np.zeros(len(normal)), np.ones(len(other))]
    score = np.r_[left_out, abnormal]
    # One recording a person here: rows are people.
    random = np.random.default_rng(SEED)
    rows = random.integers(0, len(truth), (DRAWS, len(truth)))
    auroc = np.array([roc_auc_score(truth[draw], score[draw]) for draw in rows])
    content = {
        "source": f"{DATA}, statement NORM, ages {AGES[0]} to {AGES[1]}, one recording a person; {own(table)}",
        "n": len(normal),
        "ages": list(AGES),
        "check": {
            "what": "AUROC of the distance, other PTB-XL statements against NORM left out of the cloud",
            "n": {"normal": len(normal), "other": len(other)},
            "auroc": significant(roc_auc_score(truth, score), 4),
            "ci95": interval(auroc),
        },
        "terms": ["1", "(age - 50) / 10", "female"],
        "features": [
            {"name": name, "coefficients": [significant(v) for v in coefficients[:, i]], "scale": significant(scale[i])}
            for i, name in enumerate(FEATURES)
        ],
        "inverse": [[significant(v) for v in row] for row in inverse],
        "distances": [significant(v, 5) for v in np.percentile(left_out, range(101))],
    }
    command = "python training/ecgomics/comparative/cloud.py features.csv inference/modules/ecgomics/norms"
    write(given.out / "normal-cloud.json", content, command)
    print(content["n"], content["check"])


if __name__ == "__main__":
    main()
