"""Golden vectors of the preprocessing ids that run outside the graph (specs README section E), made by scipy.

Usage: python golden.py OUTPUT.json [ECG_DATA_FOLDER]
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from scipy.signal import butter, filtfilt, iirnotch, medfilt, sosfiltfilt

CLIP = 5000
RATE = 500
LOW_HZ = {"ecgfounder-1": 0.67, "pocketk-1": 0.5}
# Of long outputs every so many-th sample is kept, and of the stages before the clips the last lead only.
EVERY = 149


def synthetic(rate: int, seconds: float, leads: int) -> np.ndarray:
    """Beats as Gaussian bumps at 72/min with wander, mains, a step and an offset that differ by lead, in mV."""
    t = np.arange(round(rate * seconds)) / rate
    out = np.zeros((leads, len(t)))
    for k in range(leads):
        phase = (t * 1.2 + 0.1) % 1.0
        beat = (
            0.12 * np.exp(-(((phase - 0.18) / 0.03) ** 2))
            + (1.1 - 0.15 * k) * np.exp(-(((phase - 0.35) / 0.012) ** 2))
            - 0.2 * np.exp(-(((phase - 0.385) / 0.01) ** 2))
            + (0.3 + 0.02 * k) * np.exp(-(((phase - 0.62) / 0.06) ** 2))
        )
        wander = 0.25 * np.sin(2 * np.pi * 0.23 * t + 0.4 * k) + 0.002 * t
        mains = 0.08 * np.sin(2 * np.pi * 50 * t + k)
        step = np.where(t > 4.3, 0.15, 0.0)
        out[k] = beat + wander + mains + step + 0.05 * k
    return out


def filtered(x: np.ndarray, rate: float, low: float) -> dict[str, np.ndarray]:
    b, a = iirnotch(50, 30, rate)
    notched = filtfilt(b, a, x)
    band = sosfiltfilt(butter(4, [low, 40], btype="bandpass", fs=rate, output="sos"), notched)
    width = int(0.4 * rate) + 1
    width += width % 2 == 0
    level = np.stack([medfilt(lead, width) for lead in band])
    b8, a8 = butter(4, [low, 40], btype="bandpass", fs=rate)
    whole = filtfilt(b8, a8, notched)
    print(f"  one polynomial against sections, {low} Hz at {rate}: {np.abs(whole - band).max():.1e} mV")
    return {"notch": notched, "band": band, "median": level, "filtered": band - level}


def resampled(x: np.ndarray, rate: float) -> np.ndarray:
    n = x.shape[1]
    length = int(np.floor(n * RATE / rate + 0.5))
    if length == n:
        return x
    old, new = np.linspace(0, 1, n), np.linspace(0, 1, length)
    return np.stack([np.interp(new, old, lead) for lead in x])


def clips(x: np.ndarray) -> list[np.ndarray]:
    n = x.shape[1]
    if n < CLIP:
        return [np.pad(x, ((0, 0), (0, CLIP - n)))]
    count = 3 if n >= 3 * CLIP else 1
    start = (n - count * CLIP) // 2
    return [x[:, start + i * CLIP : start + (i + 1) * CLIP] for i in range(count)]


def z_scored(x: np.ndarray) -> np.ndarray:
    return (x - x.mean()) / (x.std() + 1e-8)


def vector(name: str, x: np.ndarray, rate: float, source: dict) -> dict:
    print(name)
    ids = {}
    for preprocessing, low in LOW_HZ.items():
        stages = filtered(x, rate, low)
        at_rate = resampled(stages["filtered"], rate)
        out = [z_scored(clip) for clip in clips(at_rate)]
        ids[preprocessing] = {
            "stages": {key: value[-1, ::EVERY].tolist() for key, value in stages.items()},
            "resampled": at_rate[-1, ::EVERY].tolist(),
            "clips": [clip[:, ::EVERY].tolist() for clip in out],
        }
    if rate == RATE:
        ids["zscore-1"] = {"clips": [z_scored(clip)[:, ::EVERY].tolist() for clip in clips(x)]}
    return {"name": name, "rateHz": rate, "leads": x.shape[0], **source, "ids": ids}


def real(folder: Path, path: str, first: int) -> dict:
    """The first leads of a WFDB record of format 16, in mV."""
    header = (folder / f"{path}.hea").read_text().splitlines()
    n_leads, rate = int(header[0].split()[1]), int(header[0].split()[2])
    data = (folder / f"{path}.dat").read_bytes()
    gains, names = [], []
    for line in header[1 : n_leads + 1]:
        fields = line.split()
        gain, _, baseline = fields[2].split("/")[0].partition("(")
        gains.append((float(gain), float(baseline.rstrip(")") or fields[4])))
        names.append(fields[-1])
    raw = np.frombuffer(data, dtype="<i2").reshape(-1, n_leads).T
    x = np.stack([(raw[k] - gains[k][1]) / gains[k][0] for k in range(first)])
    source = {"path": f"ecg/{path}.dat", "sha256": hashlib.sha256(data).hexdigest(), "names": names[:first]}
    return vector(path, x, rate, source)


def main() -> None:
    output = Path(sys.argv[1])
    vectors = [
        vector(f"synthetic {rate} Hz, {seconds} s, {leads} leads", synthetic(rate, seconds, leads), rate, {"seconds": seconds})
        for rate, seconds, leads in [(500, 10, 2), (250, 10, 1), (1000, 9, 1), (360, 12, 1), (500, 30, 1), (500, 30.5, 1)]
    ]
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        vectors += [real(folder, *record) for record in REAL]
    output.parent.mkdir(parents=True, exist_ok=True)
    rounded = json.loads(json.dumps({"every": EVERY, "vectors": vectors}), parse_float=lambda text: round(float(text), 10))
    output.write_text(json.dumps(rounded, separators=(",", ":")) + "\n")


# Of each record as many leads as are compared.
REAL = [("ptbxl/records500/00000/00001_hr", 12), ("ludb/data/1", 2)]

if __name__ == "__main__":
    main()
