"""NeuroKit2 on the records that ours is judged on: marks as JSON lines, or its speed.

    neurokit_marks.py marks FOLDER RECORD ...     one line a record and method: {"record", "method", "marks": [...]}
    neurokit_marks.py time FILE LEADS HZ SECONDS  FILE: float64, lead after lead, mV; one line {"perSecond"}

Each lead by itself, as NeuroKit2 works: ecg_clean, ecg_peaks, ecg_delineate with its methods dwt and peak, all with their
defaults. A lead in which it fails has no marks. Positions: sample numbers from 0. QRS edges are its R onsets and R offsets.
Timing: ecg_process (which ends in ecg_delineate by dwt) on every lead, the first pass unmeasured.
"""

import json
import sys
import time
import warnings

import neurokit2 as nk
import numpy as np

METHODS = ("dwt", "peak")
KEYS = {
    "p": ("ECG_P_Onsets", "ECG_P_Peaks", "ECG_P_Offsets"),
    "qrs": ("ECG_R_Onsets", None, "ECG_R_Offsets"),
    "t": ("ECG_T_Onsets", "ECG_T_Peaks", "ECG_T_Offsets"),
}


def marks_of_lead(samples, rate, method):
    clean = nk.ecg_clean(samples, sampling_rate=rate)
    peaks = nk.ecg_peaks(clean, sampling_rate=rate)[1]["ECG_R_Peaks"]
    waves = nk.ecg_delineate(clean, peaks, sampling_rate=rate, method=method)[1]
    found = []
    for wave, (onset_key, peak_key, offset_key) in KEYS.items():
        at = peaks if peak_key is None else waves.get(peak_key, [])
        for i, peak in enumerate(at):
            if not np.isfinite(peak):
                continue
            mark = {"wave": wave, "peak": int(peak)}
            for edge, key in (("onset", onset_key), ("offset", offset_key)):
                values = waves.get(key, [])
                if i < len(values) and np.isfinite(values[i]):
                    mark[edge] = int(values[i])
            found.append(mark)
    return found


def marks(folder, names):
    import wfdb

    for name in names:
        record = wfdb.rdrecord(f"{folder}/{name}")
        for method in METHODS:
            found = []
            failed = 0
            for lead in range(record.n_sig):
                try:
                    of_lead = marks_of_lead(record.p_signal[:, lead], record.fs, method)
                except Exception:
                    failed += 1
                    continue
                found.extend({"lead": lead, **mark} for mark in of_lead)
            print(json.dumps({"record": name, "method": method, "marks": found, "failedLeads": failed}), flush=True)


def timing(path, leads, rate, seconds):
    samples = np.fromfile(path, dtype="<f8").reshape(leads, -1)

    def once():
        for lead in samples:
            nk.ecg_process(lead, sampling_rate=rate)

    once()
    started = time.perf_counter()
    runs = 0
    while runs == 0 or time.perf_counter() - started < seconds:
        once()
        runs += 1
    print(json.dumps({"perSecond": runs / (time.perf_counter() - started)}), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    what, *rest = sys.argv[1:]
    if what == "marks":
        marks(rest[0], rest[1:])
    else:
        timing(rest[0], int(rest[1]), int(rest[2]), float(rest[3]))
