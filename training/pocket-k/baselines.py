"""The simple readers Pocket-K must beat: logistic regressions on measured T, PR and QRS of Lead I, and on no ECG at all.

Measured on the median beat after the same moving-average baseline removal as `hb-ecg-1`, by plain rules: QRS by
speed, T as the largest deflection after it with its width at half height, P as the maximum before it.
"""

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import find_peaks
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

FEATURES = ["tAmplitudeMv", "tHalfWidthMs", "tOverQrs", "prMs", "qrsMs", "pAmplitudeMv", "rateBpm"]


def median_beat(x: np.ndarray) -> tuple[np.ndarray, float] | None:
    """Median beat [-150, 300) samples round R of a 5000-sample lead (mV) and the mean RR (samples)."""
    y = x - uniform_filter1d(uniform_filter1d(x, 601, mode="nearest"), 601, mode="nearest")
    y = uniform_filter1d(y, 5)
    slope = uniform_filter1d(np.gradient(y) ** 2, 40)
    peaks = find_peaks(slope, height=0.25 * np.percentile(slope, 98), distance=150)[0]
    peaks = [p for p in peaks if 170 <= p < 5000 - 320]
    if len(peaks) < 3:
        return None
    peaks = [p - 25 + int(np.argmax(np.abs(y[p - 25 : p + 25] - np.median(y[p - 60 : p + 60])))) for p in peaks]
    beats = np.array([y[p - 150 : p + 300] for p in peaks if 150 <= p < 4700])
    return np.median(beats, axis=0), float(np.mean(np.diff(peaks)))


def features_of(x: np.ndarray) -> list[float]:
    """FEATURES of one tracing [5000] mV; NaN where a beat could not be formed."""
    found = median_beat(x)
    if found is None:
        return [np.nan] * len(FEATURES)
    beat, rr = found
    level = np.median(beat[118:128])
    beat = beat - level
    speed = uniform_filter1d(np.abs(np.gradient(beat)), 3)
    fast = np.flatnonzero(speed[100:210] > 0.10 * speed[100:210].max()) + 100
    qrs_on, qrs_off = fast[0], fast[-1]
    qrs = np.ptp(beat[120:180])
    st = slice(min(qrs_off + 15, 240), 300 + 80)
    wave = beat[st]
    peak = int(np.argmax(np.abs(wave)))
    height = wave[peak]
    above = np.abs(wave) > 0.5 * abs(height)
    left = peak - int(np.argmin(above[: peak + 1][::-1])) if not above[: peak + 1].all() else 0
    right = peak + int(np.argmin(above[peak:])) if not above[peak:].all() else len(wave)
    atrial = beat[30 : max(qrs_on - 5, 40)]
    p_peak = int(np.argmax(atrial)) + 30
    return [height, (right - left) * 2.0, height / max(qrs, 0.05), (qrs_on - p_peak) * 2.0, (qrs_off - qrs_on) * 2.0,
            float(atrial.max()), 30000 / max(rr, 100)]


def feature_table(ecg: np.ndarray) -> np.ndarray:
    """[n x 7] from int16 uV rows; gaps filled by the column median."""
    table = np.array([features_of(row[:5000] / 1000.0) for row in ecg])
    return np.where(np.isfinite(table), table, np.nanmedian(table, axis=0))


def clip_z(z: np.ndarray) -> np.ndarray:
    return np.clip(z, -4, 4)


def fit_logistic(table: np.ndarray, positive: np.ndarray, weight: np.ndarray, quadratic: bool):
    """Logistic regression on the features; `quadratic` adds squares and products, so it is not held back by shape."""
    steps = [StandardScaler(), FunctionTransformer(clip_z)]
    steps += [PolynomialFeatures(2, include_bias=False), StandardScaler()] if quadratic else []
    pipeline = make_pipeline(*steps, LogisticRegression(C=0.1, max_iter=3000))
    return pipeline.fit(table, positive, logisticregression__sample_weight=weight / weight.mean())


def with_reference(table: np.ndarray, reference: np.ndarray, referenced: np.ndarray) -> np.ndarray:
    """[n x 15]: the features, their differences to the reference tracing (0 without), the flag."""
    flag = referenced.astype(float)[:, None]
    return np.hstack([table, (table - reference) * flag, flag])


def without_ecg(cases: dict) -> np.ndarray:
    """[n x 4]: age (its mean where unknown), male, age x male, kidney disease."""
    age = np.where(np.isfinite(cases["age"]), cases["age"], np.nanmean(cases["age"])) / 100
    male = (cases["sex"] == "male").astype(float)
    ckd = np.array(["ckd" in latent.conditions for latent in cases["latents"]], float)
    return np.column_stack([age, male, age * male, ckd])
