"""What disturbances of the recording do to the served risk: mains, wander, muscle, gain, sampling rate."""

import numpy as np
from scipy.signal import resample_poly

from metrics import auroc
from simulators.backgrounds import RATE_HZ, SAMPLES

T = np.arange(SAMPLES) / RATE_HZ


def disturbed(ecg: np.ndarray) -> dict[str, np.ndarray]:
    """{disturbance: [n, 5000] mV}. 250 Hz: taken at half the rate (anti-aliased) and brought back to 500 Hz."""
    rng = np.random.default_rng(3003)
    phases = rng.random((len(ecg), 1))
    return {
        "mains 50 Hz, .2 mV": ecg + 0.2 * np.sin(2 * np.pi * (50 * T + phases)),
        "mains 60 Hz, .2 mV": ecg + 0.2 * np.sin(2 * np.pi * (60 * T + phases)),
        "wander .3 Hz, .5 mV": ecg + 0.5 * np.sin(2 * np.pi * (0.3 * T + phases)),
        "white noise, SD .03 mV": ecg + rng.normal(0, 0.03, ecg.shape),
        "gain x .5": 0.5 * ecg,
        "gain x 2": 2.0 * ecg,
        "sampled at 250 Hz": resample_poly(resample_poly(ecg, 1, 2, axis=1, padtype="line"), 2, 1, axis=1, padtype="line")[:, :SAMPLES],
    }


def robustness_rows(score, ecg: np.ndarray, positive: np.ndarray, weight: np.ndarray) -> list[dict]:
    """Rows {disturbance, auroc, aurocUndisturbed, medianChange, p95Change, maxChange} of the served P(K > 5.5).

    `score`: [n, 5000] mV -> [n]; with the references of the cases where they have one.
    """
    before, rows = score(ecg), []
    for name, x in disturbed(ecg).items():
        after = score(x.astype(np.float32))
        change = np.abs(after - before)
        rows.append({"disturbance": name, "n": len(ecg), "auroc": auroc(after, positive, weight), "aurocUndisturbed": auroc(before, positive, weight),
                     "medianChange": float(np.median(change)), "p95Change": float(np.percentile(change, 95)), "maxChange": float(change.max())})
    return rows
