"""Expected values of the heart-rate-variability indices: NeuroKit2 0.2.13 on the same RR intervals.

Usage: python training/ecgomics/hrv_expected.py      about 2 min; writes inference/signal/hrv/fixtures/neurokit.json

Series: three simulated ones (seeds 1001-1003; 1,200 intervals, their values are in the file) and the first 1,200 intervals
between neighbouring beats `N L R` of three MIT-BIH records (only their expected values are in the file; a test reads the
intervals from the data folder). Where NeuroKit2's own default differs from the definition in the literature, its function is
called with the parameters of that definition; every such choice stands below.
"""

import hashlib
import json
import time
import warnings

import neurokit2 as nk
import numpy as np
import scipy.signal
import wfdb

from data import HERE, data_folder

warnings.simplefilter("ignore")
N, SEGMENT_S, WINDOW_S = 1200, 120, 256
RECORDS = ("101", "115", "122")
TARGET = HERE.parents[1] / "inference" / "signal" / "hrv" / "fixtures" / "neurokit.json"


def simulated(seed: int) -> np.ndarray:
    """RR in ms: breathing, a slow wave, pink and white noise; rounded to 1 ms as a recorder would."""
    rng = np.random.default_rng(seed)
    mean, breath, slow = rng.uniform(700, 950), rng.uniform(0.2, 0.3), rng.uniform(0.08, 0.11)
    pink = np.fft.irfft(np.concatenate([[0], np.fft.rfft(rng.standard_normal(4096))[1:] / np.sqrt(np.arange(1, 2049))]))[:N]
    rr, t = [], 0.0
    for i in range(N):
        value = mean + 28 * np.sin(2 * np.pi * breath * t) + 22 * np.sin(2 * np.pi * slow * t) + 30 * pink[i] / pink.std() + 8 * rng.standard_normal()
        rr.append(round(value))
        t += value / 1000
    return np.array(rr, float)


def recorded(record: str) -> tuple[np.ndarray, str]:
    """First N intervals between neighbouring normal beats, ms; sha256 of the annotation file."""
    path = data_folder() / "mitdb" / record
    if not path.with_suffix(".atr").exists():
        path = data_folder() / "mitdb" / "data" / record
    a = wfdb.rdann(str(path), "atr")
    beats = [(s, c) for s, c in zip(a.sample, a.symbol) if c in "NLRBAaJSVrFejnE/fQ?"]
    rr = [(b[0] - a_[0]) / 360 * 1000 for a_, b in zip(beats, beats[1:]) if a_[1] in "NLR" and b[1] in "NLR"]
    return np.array(rr[:N]), hashlib.sha256(path.with_suffix(".atr").read_bytes()).hexdigest()


def spectral(rr: np.ndarray) -> dict:
    """NeuroKit2's Welch density of its cubic tachogram at 4 Hz, windows of 256 s, integrated between the exact band edges.

    256 s at 4 Hz put its lines where ours lie, which are padded to a power of two. Not nk.hrv_frequency: its defaults are a
    quadratic tachogram at 100 Hz and windows of half the recording, and its band sums leave out the strips between a
    band's edges and its outermost lines (2 % of LF). VLF comes from scipy's welch with the mean of each window removed:
    NeuroKit2 removes that of the whole recording only, so drift between windows leaks into VLF (up to a third of it here).
    """
    values, _, rate = nk.intervals_process(rr, interpolate=True, interpolation_rate=4, method="cubic")
    psd = nk.signal_psd(values, sampling_rate=rate, method="welch", normalize=False, window=WINDOW_S, min_frequency=0, max_frequency=2)
    peer = psd["Frequency"].to_numpy(), psd["Power"].to_numpy()
    size = WINDOW_S * 4
    detrended = scipy.signal.welch(values, rate, "hann", size, nfft=2 * size, detrend="constant")

    def between(spectrum, low, high):
        f, p = spectrum
        inside = (f > low) & (f < high)
        ends = np.interp([low, high], f, p)
        return float(np.trapezoid(np.concatenate([ends[:1], p[inside], ends[1:]]), np.concatenate([[low], f[inside], [high]])))

    out = {"vlf": between(detrended, 0.003, 0.04), "lf": between(peer, 0.04, 0.15), "hf": between(peer, 0.15, 0.4), "vhf": between(peer, 0.4, 0.5)}
    return out | {"lfHf": out["lf"] / out["hf"]}


def indices(rr: np.ndarray) -> dict:
    time_domain = nk.hrv_time({"RRI": rr}).iloc[0]
    out = {}
    nonlinear_module = __import__("neurokit2.hrv.hrv_nonlinear", fromlist=["x"])
    nonlinear_module._hrv_nonlinear_poincare(rr, out=out)
    nonlinear_module._hrv_nonlinear_poincare_hra(rr, out=out)
    nonlinear_module._hrv_nonlinear_fragmentation(rr, out=out)
    r = 0.2 * np.std(rr, ddof=1)
    time_module = __import__("neurokit2.hrv.hrv_time", fromlist=["x"])
    minutes = SEGMENT_S // 60
    return {
        "mean": time_domain["HRV_MeanNN"], "median": time_domain["HRV_MedianNN"], "min": time_domain["HRV_MinNN"], "max": time_domain["HRV_MaxNN"],
        "mad": time_domain["HRV_MadNN"], "iqr": time_domain["HRV_IQRNN"], "cv": time_domain["HRV_CVNN"],
        "sdnn": time_domain["HRV_SDNN"], "rmssd": time_domain["HRV_RMSSD"], "sdsd": time_domain["HRV_SDSD"],
        "pnn20": time_domain["HRV_pNN20"], "pnn50": time_domain["HRV_pNN50"], "triangularIndex": time_domain["HRV_HTI"], "tinn": time_domain["HRV_TINN"],
        "sdann": time_module._sdann(rr, window=minutes), "sdnnIndex": time_module._sdnni(rr, window=minutes),
        **spectral(rr),
        "sd1": out["SD1"], "sd2": out["SD2"], "csi": out["CSI"], "cvi": out["CVI"], "ellipse": out["S"],
        "guzik": out["GI"], "porta": out["PI"], "slope": out["SI"], "area": out["AI"],
        "pip": 100 * out["PIP"], "ials": out["IALS"], "pss": 100 * out["PSS"], "pas": 100 * out["PAS"],
        "approximate": nk.entropy_approximate(rr, delay=1, dimension=2, tolerance=r)[0],
        "sample": nk.entropy_sample(rr, delay=1, dimension=2, tolerance=r)[0],
        "fuzzy": nk.entropy_fuzzy(rr, delay=1, dimension=2, tolerance=r)[0],
        "shannon": nk.entropy_shannon(np.floor(rr / (1000 / 128)))[0],  # of the histogram in bins of 1/128 s
        "multiscale": [float(v) for v in nk.entropy_multiscale(rr, scale=5, dimension=2, tolerance=r)[1]["Value"]],
        "alpha1": nk.fractal_dfa(rr, scale=np.arange(4, 17))[0], "alpha2": nk.fractal_dfa(rr, scale=np.arange(16, 65))[0],
        "higuchi": nk.fractal_higuchi(rr, k_max=10)[0], "katz": nk.fractal_katz(rr)[0],
        "lempelZiv": nk.complexity_lempelziv(rr, symbolize="median")[0],
    }


def rounded(value):
    return [rounded(v) for v in value] if isinstance(value, list) else float(f"{float(value):.9g}")


if __name__ == "__main__":
    series, started = [], time.perf_counter()
    for seed in (1001, 1002, 1003):
        rr = simulated(seed)
        series.append({"name": f"simulated-{seed}", "rr": [int(v) for v in rr], "expected": {k: rounded(v) for k, v in indices(rr).items()}})
    for record in RECORDS:
        rr, digest = recorded(record)
        series.append({"name": f"mitdb-{record}", "path": f"ecg/mitdb/{record}.atr", "sha256": digest, "n": len(rr),
                       "expected": {k: rounded(v) for k, v in indices(rr).items()}})
    seconds = time.perf_counter() - started
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps({
        "madeBy": "training/ecgomics/hrv_expected.py", "neurokit2": nk.__version__, "numpy": np.__version__,
        "parameters": {"intervals": N, "sdannSegmentS": SEGMENT_S, "welchWindowS": WINDOW_S},
        "peerSecondsForAll": round(seconds, 2), "series": series}, indent=1) + "\n")
    print(f"{len(series)} series in {seconds:.1f} s")
