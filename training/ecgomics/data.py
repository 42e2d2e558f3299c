"""Leads and labels: LUDB 1-150 lead by lead, and simulated leads, both at 500 Hz.

Label of a sample: 0 none, 1 P, 2 QRS, 3 T, -1 not to be judged. LUDB leaves beats at the ends of a record unmarked, so
everything outside the span from a lead's first to its last mark is -1; so is the side of a wave whose edge was not marked.
Simulated marks teach which waves exist, LUDB's where people put the edges: 12 ms (QRS 8 ms) on both sides of every
simulated edge are -1.
"""

import csv
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import wfdb

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from simulators.ecg12 import LEADS, sample  # noqa: E402

OUT = HERE / "out"
RATE_HZ, LENGTH = 500, 5000
CLASS = {"p": 1, "N": 2, "t": 3}
WAVE_CLASS = {"p": 1, "qrs": 2, "t": 3}
EDGE = {"p": 6, "qrs": 4, "t": 6}
SEEDS = {"train": 1001, "validation": 2002, "test": 3003}
DEVELOPMENT, CHOICE = range(1, 131), range(131, 151)


@dataclass
class Lead:
    """`x` float32 [5000] mV; `y` int8 [5000]; `marks` [(class, onset, peak, offset)] samples, edges None if unmarked; `span` first, last."""

    record: str
    name: str
    rhythm: str
    x: np.ndarray
    y: np.ndarray
    marks: list
    span: tuple


def data_folder() -> Path:
    return Path(os.environ.get("HISBUNDLE_DATA", HERE.parents[1] / ".." / "shared" / "data")) / "ecg"


def rhythms() -> dict:
    with open(data_folder() / "ludb" / "ludb.csv", newline="", encoding="utf-8") as f:
        return {row["ID"]: row["Rhythms"].strip() for row in csv.DictReader(f)}


def read_marks(path: str, lead: str) -> list:
    """Waves around the peak symbols of a LUDB annotation file."""
    a = wfdb.rdann(path, lead)
    out = []
    for i, symbol in enumerate(a.symbol):
        if symbol in CLASS:
            before = int(a.sample[i - 1]) if i and a.symbol[i - 1] == "(" else None
            after = int(a.sample[i + 1]) if i + 1 < len(a.symbol) and a.symbol[i + 1] == ")" else None
            out.append((CLASS[symbol], before, int(a.sample[i]), after))
    return out


def label(marks: list) -> tuple[np.ndarray, tuple]:
    y = np.full(LENGTH, -1, np.int8)
    edges = [e for m in marks for e in m[1:] if e is not None]
    if not edges:
        return y, (0, 0)
    span = (min(edges), max(edges))
    y[span[0] : span[1] + 1] = 0
    for kind, onset, peak, offset in marks:
        y[max(onset if onset is not None else peak, 0) : (offset if offset is not None else peak) + 1] = kind
        if onset is None:
            y[max(peak - 50, 0) : peak] = -1
        if offset is None:
            y[peak + 1 : peak + (50 if kind == 2 else 100)] = -1
    return y, span


def ludb(numbers) -> list[Lead]:
    folder, rhythm, out = data_folder() / "ludb" / "data", rhythms(), []
    for number in numbers:
        path = str(folder / str(number))
        record = wfdb.rdrecord(path)
        for name, x in zip(record.sig_name, record.p_signal.T):
            marks = read_marks(path, name.lower())
            y, span = label(marks)
            out.append(Lead(str(number), name.lower(), rhythm[str(number)], x.astype(np.float32), y, marks, span))
    return out


def sha256_of(number) -> str:
    return hashlib.sha256((data_folder() / "ludb" / "data" / f"{number}.dat").read_bytes()).hexdigest()


def has_no_p(rhythm: str) -> bool:
    return "fibrillation" in rhythm or "flutter" in rhythm


def simulated_label(marks: list) -> np.ndarray:
    y = np.zeros(LENGTH, np.int8)
    for wave in ("t", "p", "qrs"):  # later ones lie over earlier ones
        for m in marks:
            if m.wave != wave:
                continue
            a, b = round(m.onset * RATE_HZ), round(m.offset * RATE_HZ) + 1
            e = EDGE[wave]
            y[max(a - e, 0) : max(b + e, 0)] = -1
            if not m.hidden:
                y[max(a + e, 0) : max(b - e, 0)] = WAVE_CLASS[wave]
    return y


def simulated(seed: int, leads: int) -> list[Lead]:
    """`leads` leads of leads / 12 simulated cases."""
    out = []
    for i, case in enumerate(sample(seed, leads // 12)):
        for name, x, marks in zip(LEADS, case.leads, case.marks):
            out.append(Lead(f"sim{i}", name.lower(), case.events.rhythm, x.astype(np.float32), simulated_label(marks), [], (0, LENGTH - 1)))
    return out
