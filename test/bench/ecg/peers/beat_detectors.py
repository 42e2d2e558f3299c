"""Beat detectors of others on the records that ours is judged on: beats as JSON lines, or their speed.

    beat_detectors.py beats DETECTOR FOLDER RECORD ...       one line a record: {"record", "beats": [...]}, first signal
    beat_detectors.py time DETECTOR FILE LEADS HZ SECONDS    FILE: float64, lead after lead, mV; one line {"perSecond"}

DETECTOR: neurokit2 (ecg_clean and ecg_peaks, defaults) or sleepecg (detect_heartbeats). Both take one lead; timing runs them
on each lead, as a combination of leads would have to, the first pass unmeasured.
"""

import json
import sys
import time
import warnings

import numpy as np


def neurokit2(samples, rate):
    import neurokit2 as nk

    clean = nk.ecg_clean(samples, sampling_rate=rate)
    return nk.ecg_peaks(clean, sampling_rate=rate)[1]["ECG_R_Peaks"]


def sleepecg(samples, rate):
    import sleepecg as peer

    return peer.detect_heartbeats(samples, rate)


DETECTORS = {"neurokit2": neurokit2, "sleepecg": sleepecg}


def beats(detect, folder, names):
    import wfdb

    for name in names:
        record = wfdb.rdrecord(f"{folder}/{name}", channels=[0])
        found = detect(np.ascontiguousarray(record.p_signal[:, 0]), record.fs)
        print(json.dumps({"record": name, "beats": [int(at) for at in found]}), flush=True)


def timing(detect, path, leads, rate, seconds):
    samples = np.fromfile(path, dtype="<f8").reshape(leads, -1)

    def once():
        for lead in samples:
            detect(lead, rate)

    once()
    started = time.perf_counter()
    runs = 0
    while runs == 0 or time.perf_counter() - started < seconds:
        once()
        runs += 1
    print(json.dumps({"perSecond": runs / (time.perf_counter() - started)}), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    what, detector, *rest = sys.argv[1:]
    if what == "beats":
        beats(DETECTORS[detector], rest[0], rest[1:])
    else:
        timing(DETECTORS[detector], rest[0], int(rest[1]), int(rest[2]), float(rest[3]))
