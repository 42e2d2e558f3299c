"""Does the editing leave a trace? Probes that try to tell untouched Lead I from sham-transformed Lead I.

Sham = delineate, deform with zero effect, rebuild (interpolated at a random sub-sample phase, beats repeated at the
end of the record), no noise added. Probes see what the network sees (after hb-ecg-1): (a) boosted trees on band
powers, roughness and the size of the first and last 100 ms, (b) the same without the ends, which shows whether the
beats or only the place where the record starts gives it away, (c) logistic regression on the shipped model's
embedding. Fitted on training people, scored on own-test people; target AUROC <= .55.
"""

import numpy as np
import torch
from scipy.signal import welch
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hb_ecg_1 import HbEcg1
from metrics import auroc, clustered
from simulators.generator import sample

END_FEATURES = 2  # last columns of spectral_features
TURNS = {"train": 4, "test": 4}  # sham versions of each record
SHAM_SEED = {"train": 1001, "test": 3003}


def pairs(part: str, backgrounds: list, marks: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ECG float32 [n, 5000] mV, sham flag, person; untouched records are repeated to balance the classes."""
    turns = TURNS[part]
    sham, _, which = sample(SHAM_SEED[part], turns * len(backgrounds), backgrounds, marks, mix="natural", sham=True, noise=0.0)
    untouched = np.array([b.leads["I"] for b in backgrounds] * turns)
    people = np.array([backgrounds[w].patient for w in which] + [b.patient for b in backgrounds] * turns)
    flag = np.r_[np.ones(len(sham), bool), np.zeros(len(untouched), bool)]
    return np.vstack([sham / 1000.0, untouched]).astype(np.float32), flag, people


def spectral_features(ecg: np.ndarray) -> np.ndarray:
    """Log band powers, size of the first to third differences, tails; after hb-ecg-1."""
    with torch.no_grad():
        y = HbEcg1()(torch.from_numpy(ecg)[:, None, :])[:, 0].numpy()
    f, power = welch(y, 500, nperseg=1024)
    edges = [0.3, 1, 2, 4, 6, 8, 10, 13, 16, 20, 25, 30, 35, 40, 45, 50, 60]
    bands = [np.log(power[:, (f >= a) & (f < b)].sum(1) + 1e-14) for a, b in zip(edges, edges[1:])]
    rough = [np.log(np.abs(np.diff(y, k, axis=1)).mean(1) + 1e-12) for k in (1, 2, 3)]
    tails = [np.log(np.percentile(np.abs(np.diff(y, 2, axis=1)), q, axis=1) + 1e-12) for q in (50, 90, 99, 100)]
    ends = [np.abs(y[:, :50]).mean(1), np.abs(y[:, -50:]).mean(1)]
    return np.column_stack([*bands, *rough, *tails, *ends])


def run_probes(splits: dict, marks: dict, embed) -> list[dict]:
    """Rows {probe, auroc, ci, people}; `embed`: ECG [n, 5000] mV -> embedding [n, 128] of the shipped model."""
    data = {part: pairs(part, splits[part], marks) for part in ("train", "test")}
    probes = {
        "trees on band powers and record ends": (spectral_features, HistGradientBoostingClassifier(max_iter=150, random_state=0)),
        "trees on band powers alone": (lambda ecg: spectral_features(ecg)[:, :-END_FEATURES],
                                       HistGradientBoostingClassifier(max_iter=150, random_state=0)),
        "logistic on the model's embedding": (embed, make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000))),
    }
    rows = []
    for name, (features, classifier) in probes.items():
        ecg, flag, people = data["train"]
        classifier.fit(features(ecg), flag)
        ecg, flag, people = data["test"]
        score = classifier.predict_proba(features(ecg))[:, 1]
        value, interval = clustered(auroc, people, score, flag, np.ones(len(flag)))
        rows.append({"probe": name, "auroc": value, "ci": interval, "people": len(set(people)), "tracings": len(flag)})
    return rows
