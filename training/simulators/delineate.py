"""Wave limits of a real record: LUDB by its cardiologists' marks on Lead I, PTB-XL by NeuroKit2 (DWT).

Limits are kept as one set of offsets from the R peak per record (medians over beats), applied to every R peak, so
that the beats at both ends, which LUDB leaves unmarked, are edited like the others.
Deviation: a beat of another shape (ectopic) gets the limits of the usual beat.
"""

import json
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .backgrounds import RATE_HZ, Background, data_folder

# Offsets from R in samples at 500 Hz, used where a wave was not found. Typical adult values, assumed.
DEFAULT_OFFSETS = {"p_on": -80, "p_off": -35, "qrs_on": -20, "qrs_off": 25, "t_on": 75, "t_peak": 135, "t_off": 180}
LUDB_EDGE = 3  # beats needed before a median is trusted


@dataclass
class Marks:
    """R peaks (samples) and wave offsets from R (samples, ascending); `has_p` False in fibrillation or flutter."""

    r_peaks: list
    offsets: dict
    has_p: bool


def find_r_peaks(leads: dict) -> np.ndarray:
    """R peaks on the magnitude of I, II and V5 (robust where Lead I alone is small). Samples."""
    import neurokit2 as nk

    stack = np.stack([leads[name] - np.median(leads[name]) for name in ("I", "II", "V5")])
    cleaned = np.stack([nk.ecg_clean(row, sampling_rate=RATE_HZ) for row in stack])
    return np.asarray(nk.ecg_peaks(np.sqrt((cleaned**2).sum(0)), sampling_rate=RATE_HZ)[1]["ECG_R_Peaks"])


def offsets_by_neurokit(leads: dict, r_peaks: np.ndarray) -> dict:
    """Median offsets over beats of Leads I and II by NeuroKit2's discrete wavelet method."""
    import neurokit2 as nk

    names = {"p_on": "ECG_P_Onsets", "p_off": "ECG_P_Offsets", "t_on": "ECG_T_Onsets", "t_peak": "ECG_T_Peaks",
             "t_off": "ECG_T_Offsets"}
    found = {name: [] for name in names}
    for lead in ("I", "II"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                waves = nk.ecg_delineate(nk.ecg_clean(leads[lead], sampling_rate=RATE_HZ), r_peaks, RATE_HZ, method="dwt")[1]
        except Exception:  # NeuroKit raises many kinds on a lead without waves; the other lead or the default serves
            continue
        for name, key in names.items():
            values = np.asarray(waves[key], float)
            found[name] += list((values - r_peaks[: len(values)])[np.isfinite(values)])
    return {name: float(np.median(v)) for name, v in found.items() if len(v) >= LUDB_EDGE}


def qrs_limits(leads: dict, r_peaks: np.ndarray) -> dict:
    """QRS onset and offset of the median beat: where the speed of (I, II, V5) falls below 8 % of its maximum.

    Deviation: NeuroKit2's DWT puts the onset about 60 ms early against LUDB's marks, so its R limits are not used.
    """
    window = [r for r in r_peaks if 120 <= r < 5000 - 120]
    if len(window) < LUDB_EDGE:
        return {}
    beat = np.stack([np.median([leads[n][r - 120 : r + 120] for r in window], axis=0) for n in ("I", "II", "V5")])
    speed = np.convolve(np.sqrt((np.gradient(beat, axis=1) ** 2).sum(0)), np.ones(5) / 5, "same")
    core = speed[70:170]
    quiet = speed < 0.08 * core.max()
    first, last = 70 + int(np.argmax(core > 0.3 * core.max())), 70 + 99 - int(np.argmax(core[::-1] > 0.3 * core.max()))
    before, after = np.flatnonzero(quiet[:first]), np.flatnonzero(quiet[last:])
    if len(before) == 0 or len(after) == 0:
        return {}
    # widened by 8 and 10 ms: the medians then agree with those of LUDB's marks
    return {"qrs_on": float(before[-1] - 124), "qrs_off": float(last + after[0] - 115)}


def offsets_by_ludb(number: str, r_peaks: np.ndarray) -> tuple[dict, np.ndarray, int]:
    """Offsets from the marks of `N.i`, R peaks completed by the marked ones, and the count of P peaks."""
    import wfdb

    annotation = wfdb.rdann(str(data_folder() / "ecg/ludb/data" / number), "i")
    samples, symbols = annotation.sample, annotation.symbol
    marked = np.array([s for s, y in zip(samples, symbols) if y == "N"])
    kept = [r for r in r_peaks if np.abs(marked - r).min() > 60]
    peaks = np.sort(np.concatenate([marked, kept]).astype(int))
    found = {name: [] for name in DEFAULT_OFFSETS}
    prefix = {"p": "p", "N": "qrs", "t": "t"}
    for i, symbol in enumerate(symbols):
        if symbol not in prefix:
            continue
        sample = samples[i]
        r = marked[marked > sample - 1].min(initial=10**6) if symbol == "p" else marked[marked <= sample].max(initial=-1)
        if r == 10**6 or r < 0 or abs(r - sample) > 300:
            continue
        if i > 0 and symbols[i - 1] == "(":
            found[prefix[symbol] + "_on"].append(samples[i - 1] - r)
        if i + 1 < len(symbols) and symbols[i + 1] == ")":
            found[prefix[symbol] + "_off"].append(samples[i + 1] - r)
        if symbol == "t":
            found["t_peak"].append(sample - r)
    medians = {name: float(np.median(v)) for name, v in found.items() if len(v) >= LUDB_EDGE}
    return medians, peaks, symbols.count("p")


def make_consistent(offsets: dict) -> dict:
    """Fill gaps by defaults and force ascending order with physiological minimum distances (samples)."""
    o = {name: offsets.get(name, default) for name, default in DEFAULT_OFFSETS.items()}
    o["qrs_on"] = float(np.clip(o["qrs_on"], -60, -10))
    o["qrs_off"] = float(np.clip(o["qrs_off"], 12, 75))
    o["p_off"] = float(np.clip(o["p_off"], -130, o["qrs_on"] - 3))
    o["p_on"] = float(np.clip(o["p_on"], o["p_off"] - 75, o["p_off"] - 25))
    o["t_peak"] = float(np.clip(o["t_peak"], o["qrs_off"] + 45, 260))
    o["t_on"] = float(np.clip(o["t_on"], o["qrs_off"] + 10, o["t_peak"] - 25))
    o["t_off"] = float(np.clip(o["t_off"], o["t_peak"] + 25, 330))
    return o


def delineate(record: Background) -> Marks:
    r_peaks = find_r_peaks(record.leads)
    has_p = not record.rhythm_without_p
    if record.key.startswith("ludb"):
        offsets, r_peaks, p_count = offsets_by_ludb(record.key.split("-")[1], r_peaks)
        has_p = has_p and p_count >= LUDB_EDGE
    else:
        offsets = offsets_by_neurokit(record.leads, r_peaks) | qrs_limits(record.leads, r_peaks)
    return Marks([int(r) for r in r_peaks], make_consistent(offsets), has_p)


def delineate_all(records: list[Background], cache: Path, report=print) -> dict[str, Marks]:
    """Marks of every record with at least four beats, kept in `cache` (JSON) because it takes minutes."""
    known = json.loads(cache.read_text()) if cache.exists() else {}
    for i, record in enumerate(records):
        if record.key not in known:
            known[record.key] = asdict(delineate(record))
            if i % 25 == 0:
                report(f"delineated {i + 1}/{len(records)}")
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps(known))
    return {key: Marks(**m) for key, m in known.items() if len(m["r_peaks"]) >= 4}
