"""Baseline for the simulated labels: classical measurements of the median beat, and a logistic model on them. Step of `train.py`.

Not the server's ECGomics (which takes a hundred times as long a tracing) but the same kind: beats by the energy of the
slope over all leads, a median beat per lead, and from it intervals, amplitudes and levels. Writes out/beats.json.
"""

import json

import numpy as np
from concurrent.futures import ThreadPoolExecutor
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, find_peaks, sosfiltfilt

from cases import OUT, load
from figures import auroc
from fit import SIMULATED
from head import KEYS
from simulators.cohort_ceiling import age_sex, fit_logits

RATE, PEOPLE, RIDGE = 500, {"train": 8000, "test": 10000}, 1e-3
BAND = butter(2, [0.5, 40], "bandpass", fs=RATE, output="sos")
BEFORE, AFTER = 140, 260  # samples around the R peak
QRS, ST, T, P = slice(110, 180), slice(190, 205), slice(200, 350), slice(25, 105)


def measured(stored: np.ndarray) -> np.ndarray:
    """int16 uV [8 x 5000] -> [62]: rhythm, intervals, and for each lead P, QRS, ST and T of the median beat."""
    x = sosfiltfilt(BAND, stored.astype(np.float64) / 1000)
    energy = uniform_filter1d((np.diff(x, axis=1, prepend=x[:, :1]) ** 2).sum(0), 41)
    peaks, _ = find_peaks(energy, height=0.25 * np.percentile(energy, 99), distance=int(0.3 * RATE))
    inside = peaks[(peaks > BEFORE) & (peaks < x.shape[1] - AFTER)]
    if len(inside) < 3:
        return np.zeros(62)
    rr = np.diff(peaks) / RATE
    beat = np.median(np.stack([x[:, k - BEFORE : k + AFTER] for k in inside]), 0)
    beat = beat - np.median(beat[:, 100:112], 1, keepdims=True)
    size = np.sqrt((beat**2).sum(0))
    slope = uniform_filter1d((np.diff(beat, axis=1, prepend=beat[:, :1]) ** 2).sum(0), 5)
    wide = np.flatnonzero(slope[90:200] > 0.05 * slope.max())
    late = np.cumsum(size[T] ** 2) / max((size[T] ** 2).sum(), 1e-9)
    early = np.cumsum(size[P] ** 2) / max((size[P] ** 2).sum(), 1e-9)
    qt = 0.2 + np.searchsorted(late, 0.95) / RATE
    head = [np.median(rr), np.log(rr.std() + 0.003), np.log(np.sqrt(np.mean(np.diff(rr) ** 2)) + 0.003) if len(rr) > 2 else -5.8,
            (wide[-1] - wide[0]) / RATE if len(wide) else 0.1, qt, qt / np.sqrt(np.median(rr))]
    return np.array([*head, *beat[:, QRS].max(1), *beat[:, QRS].min(1), *beat[:, ST].mean(1), *beat[:, T].max(1), *beat[:, T].min(1),
                     *beat[:, P].max(1), np.searchsorted(early, 0.5) / RATE, np.searchsorted(late, 0.5) / RATE,
                     size[P].max(), size[T].max(), size[QRS].max(), energy.std() / energy.mean(), np.abs(x).mean(), len(inside)])


def table(part: str) -> np.ndarray:
    ecg = load(part).ecg[: PEOPLE[part]]
    with ThreadPoolExecutor(2) as pool:
        return np.stack(list(pool.map(measured, ecg)))


def main() -> None:
    x, held = table("train"), table("test")
    train, test = load("train").people, load("test").people
    mean, scale = x.mean(0), x.std(0) + 1e-6
    n = len(x)

    def design(values, people, count):
        z = np.clip((values - mean) / scale, -5, 5)
        return np.c_[z, z[:, :6] ** 2, age_sex(people.age[:count], people.female[:count])]

    weights = fit_logits(design(x, train, n), train.coded[:n], l2=RIDGE)
    logit = design(held, test, len(held)) @ weights
    out = {k: auroc(logit[:, j], test.coded[: len(held), j]) for j, k in enumerate(KEYS) if SIMULATED[j]}
    (OUT / "beats.json").write_text(json.dumps({"auroc": out, "trainPeople": n, "testPeople": len(held), "features": int(x.shape[1])}))
    print("beat features: mean AUROC", np.mean(list(out.values())))


if __name__ == "__main__":
    main()
