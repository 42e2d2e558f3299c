"""How far an embedding lies from the training data: Mahalanobis distance with a Ledoit-Wolf covariance -> ood.json.

The limits are the 99 % and 99.9 % points of the distances of training tracings (and of their references); what must lie
beyond them is measured on noise, other leads, paced and ventricular rhythms (`strangers`).
"""

import csv

import numpy as np
from sklearn.covariance import LedoitWolf

from simulators.backgrounds import RATE_HZ, SAMPLES, data_folder, read_format16

MITDB_HZ = 360
OOD_CASES = 4_000  # training tracings, and as many references


def fit(embeddings: np.ndarray) -> dict:
    """ood.json: mean [d], whitening [d][d] with W'W the inverse covariance."""
    shrunk = LedoitWolf().fit(embeddings.astype(float))
    values, vectors = np.linalg.eigh(shrunk.covariance_)
    whitening = (vectors / np.sqrt(np.maximum(values, 1e-9))).T
    return {"statistic": "mahalanobis", "mean": shrunk.location_.tolist(), "whitening": whitening.tolist(), "shrinkage": float(shrunk.shrinkage_)}


def distances(embeddings: np.ndarray, asset: dict) -> np.ndarray:
    return np.linalg.norm((embeddings - np.array(asset["mean"])) @ np.array(asset["whitening"]).T, axis=1)


def paced_records() -> list[np.ndarray]:
    """Lead I of the paced records that training leaves out."""
    root, found = data_folder(), []
    for row in csv.DictReader((root / "ecg/ptbxl/ptbxl_database.csv").open()):
        if row["pacemaker"]:
            found.append(read_format16(root / f"ecg/ptbxl/{row['filename_hr']}.hea")[0]["I"])
    for row in csv.DictReader((root / "ecg/ludb/ludb.csv").open()):
        if row["Cardiac pacing"].strip():
            found.append(read_format16(root / f"ecg/ludb/data/{row['ID'].strip()}.hea")[0]["I"])
    return found


def mitdb_windows() -> dict[str, list[np.ndarray]]:
    """10 s windows of MLII at 500 Hz: sinus beats only; paced only; ventricular (at least half of eight or more beats V, E or !)."""
    import wfdb
    from scipy.signal import resample

    out = {"MIT-BIH MLII, sinus beats": [], "MIT-BIH MLII, paced": [], "MIT-BIH MLII, ventricular": []}
    folder = data_folder() / "ecg/mitdb"
    size = 10 * MITDB_HZ
    for header in sorted(folder.rglob("*.hea")):
        record = wfdb.rdrecord(str(header.with_suffix("")))
        if "MLII" not in record.sig_name:
            continue
        signal = record.p_signal[:, record.sig_name.index("MLII")]
        marks = wfdb.rdann(str(header.with_suffix("")), "atr")
        taken = dict.fromkeys(out, 0)
        for start in range(0, len(signal) - size, size):
            inside = (marks.sample >= start) & (marks.sample < start + size)
            beats = [s for s, i in zip(marks.symbol, inside) if i and s in "NLRejAaJSVEF/fQ!"]
            if len(beats) < 5:
                continue
            kind = ("MIT-BIH MLII, paced" if all(b in "/f" for b in beats) else "MIT-BIH MLII, sinus beats" if all(b == "N" for b in beats)
                    else "MIT-BIH MLII, ventricular" if len(beats) >= 8 and sum(b in "VE!" for b in beats) >= len(beats) / 2 else None)
            limit = 200 if kind == "MIT-BIH MLII, ventricular" else 6
            if kind is None or taken[kind] >= limit:
                continue
            taken[kind] += 1
            out[kind].append(resample(signal[start : start + size], SAMPLES))
    return out


def noise_tracings(n: int = 100) -> dict[str, list[np.ndarray]]:
    rng = np.random.default_rng(3003)
    t = np.arange(SAMPLES) / RATE_HZ
    walk = [np.cumsum(rng.normal(0, 0.02, SAMPLES)) for _ in range(n)]
    return {"white noise, SD .05-.5 mV": [rng.normal(0, rng.uniform(0.05, 0.5), SAMPLES) for _ in range(n)],
            "random walk": [w - w.mean() for w in walk],
            "sine, 0.7-10 Hz": [rng.uniform(0.1, 1) * np.sin(2 * np.pi * (rng.uniform(0.7, 10) * t + rng.random())) for _ in range(n)],
            "flat": [np.zeros(SAMPLES)]}


def untouched(backgrounds: list, people: str) -> dict[str, np.ndarray]:
    """What the model is for, as it was recorded."""
    return {f"{people}, Lead I, untouched": np.array([b.leads["I"] for b in backgrounds], np.float32)}


def strangers(backgrounds: list, people: str) -> dict[str, np.ndarray]:
    """What is not a Lead I of an unpaced heart, {kind: [n, 5000] mV}; `people`: whose the backgrounds are."""
    kinds = noise_tracings()
    for lead in ("II", "III", "AVR", "V1", "V3", "V5"):
        kinds[f"{people}, lead {lead}"] = [b.leads[lead] for b in backgrounds]
    kinds[f"{people}, Lead I turned over (arm electrodes exchanged)"] = [-b.leads["I"] for b in backgrounds]
    kinds[f"{people}, amplitude x 10 (wrong unit)"] = [10 * b.leads["I"] for b in backgrounds]
    kinds["PTB-XL and LUDB, paced, Lead I"] = paced_records()
    return {name: np.array(rows, np.float32) for name, rows in (kinds | mitdb_windows()).items() if rows}


def verdicts(embed, backgrounds: list, asset: dict, p99: float, p999: float, people: str = "own-test people") -> list[dict]:
    """Rows {kind, n, limited: share above p99, refused: share above p999}; `embed`: [n, 5000] mV -> [n, 128]."""
    rows = []
    for kind, ecg in (untouched(backgrounds, people) | strangers(backgrounds, people)).items():
        d = distances(embed(ecg), asset)
        rows.append({"kind": kind, "n": len(d), "median": float(np.median(d)), "limited": float(np.mean(d > p99)), "refused": float(np.mean(d > p999))})
    return rows
