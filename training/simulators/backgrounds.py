"""Real 10 s, 500 Hz backgrounds of the data folder (PTB-XL folds 1-8, LUDB 1-150), split by person.

The folder is named by HISBUNDLE_DATA (default: ../shared/data beside the repository). Nothing of it is copied into
the repository: other files name a record by its path and the sha256 of its .dat bytes.
"""

import csv
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
RATE_HZ = 500
SAMPLES = 5000
SPLIT_SEED = 1001
MIN_AGE_YEARS = 18


def data_folder() -> Path:
    return Path(os.environ.get("HISBUNDLE_DATA", REPOSITORY / ".." / "shared" / "data")).resolve()


@dataclass
class Background:
    """One real record. `leads`: name (upper case) -> float64 [5000] mV."""

    key: str  # "ptbxl-00001" or "ludb-1"
    patient: str  # person, unique over both sets
    path: str  # .dat below the data folder
    sha256: str  # of the .dat bytes
    sex: str  # "male" | "female" | ""
    age: float  # years, NaN unknown; PTB-XL's 300 (over 89) becomes 90
    rhythm_without_p: bool
    leads: dict = field(repr=False)


def read_format16(header: Path) -> tuple[dict, bytes]:
    """Decode a WFDB format 16 record whose signals share one .dat file; mV = (adu - baseline) / gain."""
    lines = [l for l in header.read_text().splitlines() if l and not l.startswith("#")]
    _, count, rate, samples = lines[0].split()[:4]
    if float(rate) != RATE_HZ or int(samples) != SAMPLES:
        raise ValueError(f"{header.name}: expected {SAMPLES} samples at {RATE_HZ} Hz")
    raw = header.with_suffix(".dat").read_bytes()
    adu = np.frombuffer(raw, "<i2").reshape(SAMPLES, int(count))
    leads = {}
    for column, line in enumerate(lines[1 : 1 + int(count)]):
        parts = line.split()
        gain, zero = parts[2].split("/")[0], float(parts[4])
        if "(" in gain:
            gain, zero = gain.rstrip(")").split("(")
        leads[parts[-1].upper()] = (adu[:, column] - float(zero)) / float(gain)
    return leads, raw


def load_ptbxl(root: Path) -> list[Background]:
    out = []
    for row in csv.DictReader((root / "ecg/ptbxl/ptbxl_database.csv").open()):
        age = min(float(row["age"]), 90.0) if row["age"] else np.nan
        if row["pacemaker"] or age < MIN_AGE_YEARS:
            continue  # paced rhythm and children are refused at serving time
        relative = f"ecg/ptbxl/{row['filename_hr']}"
        leads, raw = read_format16(root / f"{relative}.hea")
        out.append(
            Background(
                key=f"ptbxl-{int(row['ecg_id']):05d}",
                patient=f"ptbxl-{int(float(row['patient_id']))}",
                path=f"{relative}.dat",
                sha256=hashlib.sha256(raw).hexdigest(),
                sex={"0": "male", "1": "female"}.get(row["sex"], ""),
                age=age,
                rhythm_without_p=any(f"'{code}'" in row["scp_codes"] for code in ("AFIB", "AFLT")),
                leads=leads,
            )
        )
    return out


def load_ludb(root: Path) -> list[Background]:
    out = []
    for row in csv.DictReader((root / "ecg/ludb/ludb.csv").open()):
        number = row["ID"].strip()
        age = float(row["Age"].strip().lstrip(">")) if row["Age"].strip() else np.nan
        if row["Cardiac pacing"].strip() or age < MIN_AGE_YEARS:
            continue
        relative = f"ecg/ludb/data/{number}"
        leads, raw = read_format16(root / f"{relative}.hea")
        out.append(
            Background(
                key=f"ludb-{number}",
                patient=f"ludb-{number}",
                path=f"{relative}.dat",
                sha256=hashlib.sha256(raw).hexdigest(),
                sex={"M": "male", "F": "female"}.get(row["Sex"].strip(), ""),
                age=age,
                rhythm_without_p="fibrillation" in row["Rhythms"] or "flutter" in row["Rhythms"],
                leads=leads,
            )
        )
    return out


def split_by_patient(records: list[Background], shares=(0.66, 0.14, 0.20)) -> dict[str, list[Background]]:
    """Training, validation and own-test backgrounds; nobody is in two of them. Each source is split by itself."""
    out = {"train": [], "validation": [], "test": []}
    for source in ("ptbxl", "ludb"):
        people = sorted({r.patient for r in records if r.patient.startswith(source)})
        order = np.random.default_rng(SPLIT_SEED).permutation(len(people))
        edges = np.cumsum(np.array(shares) * len(people)).round().astype(int)
        part_of = {}
        for position, index in enumerate(order):
            part_of[people[index]] = ("train", "validation", "test")[int(np.searchsorted(edges, position, "right"))]
        for record in records:
            if record.patient in part_of:
                out[part_of[record.patient]].append(record)
    return out


def load_splits() -> dict[str, list[Background]]:
    root = data_folder()
    return split_by_patient(load_ptbxl(root) + load_ludb(root))


def describe_splits(splits: dict[str, list[Background]]) -> dict:
    return {
        name: {
            source: {
                "records": sum(r.key.startswith(source) for r in part),
                "patients": len({r.patient for r in part if r.key.startswith(source)}),
            }
            for source in ("ptbxl", "ludb")
        }
        for name, part in splits.items()
    }
