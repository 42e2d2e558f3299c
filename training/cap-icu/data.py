"""The two data sets as they lie in the data folder: stays of set-a, rows of SUPPORT2, split and content hashes.

The folder is given by the environment variable HISBUNDLE_DATA (default ../shared/data beside the repository).
Held back, never touched by training or choosing: first byte of sha256('cap-icu|' + id) below 51 (about 20 %).
"""

import csv
import gzip
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(__file__).resolve().parent / ".cache"
SET_A = "icu/challenge2012_set_a/set_a.csv.gz"
OUTCOMES_A = "icu/challenge2012_set_a/Outcomes-a.txt"
SUPPORT2 = "icu/support2.csv.gz"
UNIT_KINDS = {1: "coronary", 2: "cardiac-surgery", 3: "medical", 4: "surgical"}
DESCRIPTORS = {"RecordID", "Age", "Gender", "Height", "ICUType"}


def data_path(name: str) -> Path:
    return Path(os.environ.get("HISBUNDLE_DATA", ROOT.parent / "shared" / "data")) / name


def held_back(record_id) -> bool:
    return hashlib.sha256(f"cap-icu|{record_id}".encode()).digest()[0] < 51


@dataclass
class Stay:
    """One stay of set-a; values as (parameter, hours since admission, value) in the file's names and units."""

    id: str
    lines: set = field(default_factory=set)
    age: float | None = None
    sex: str | None = None
    unit: str | None = None
    values: list = field(default_factory=list)
    died: int = 0
    saps: int | None = None
    sofa: int | None = None

    @property
    def sha256(self) -> str:
        """Of 'RecordID,' and the sorted unique 'Time,Parameter,Value' lines, joined by line feeds."""
        return hashlib.sha256("\n".join([f"{self.id},", *sorted(self.lines)]).encode()).hexdigest()


def hours_of(time: str) -> float:
    hours, minutes = time.split(":")
    return int(hours) + int(minutes) / 60


def known(text: str) -> float | None:
    value = float(text)
    return None if value < 0 else value


def stays() -> list[Stay]:
    """All stays of set-a in the order of the file, with outcome, SAPS-I and SOFA (-1 = not known)."""
    found: dict[str, Stay] = {}
    with gzip.open(data_path(SET_A), "rt") as file:
        next(file)
        for line in file:
            record, time, parameter, value = line.rstrip("\n").split(",")
            stay = found.setdefault(record, Stay(record))
            stay.lines.add(f"{time},{parameter},{value}")
            if parameter not in DESCRIPTORS:
                stay.values.append((parameter, hours_of(time), float(value)))
            elif parameter == "Age":
                stay.age = known(value)
            elif parameter == "Gender":
                stay.sex = {"0": "female", "1": "male"}.get(value)
            elif parameter == "ICUType":
                stay.unit = UNIT_KINDS.get(int(float(value)))
    with open(data_path(OUTCOMES_A)) as file:
        for row in csv.DictReader(file):
            if row["RecordID"] in found:
                stay = found[row["RecordID"]]
                stay.died = int(row["In-hospital_death"])
                stay.saps, stay.sofa = known(row["SAPS-I"]), known(row["SOFA"])
    return list(found.values())


def support_rows() -> list[dict]:
    """Rows of SUPPORT2 as texts by column, with 'sha256' of the line's bytes (without line end)."""
    with gzip.open(data_path(SUPPORT2), "rt", newline="") as file:
        header = next(file).rstrip("\n").split(",")
        rows = []
        for line in file:
            text = line.rstrip("\n")
            row = dict(zip(header, next(csv.reader([text])), strict=True))
            row["sha256"] = hashlib.sha256(text.encode()).hexdigest()
            rows.append(row)
    return rows
