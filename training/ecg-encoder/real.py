"""The labelled real records: PTB-XL folds 1-8 and LUDB 1-150, after hb-ecg-1, with masked superclass labels.

PTB-XL: a superclass is positive if any of its diagnostic statements (scp_statements.csv, `diagnostic` 1) has a likelihood
above 0; every label is known. Paced records and children stay in, as in the published table; they are refused at serving.
LUDB (the cardiologists' free text; unknown labels NaN):
- CD 1 with any conduction abnormality, else 0. MI 1 with infarction or scar ("Stemi", "Scar formation"); unknown with
  "undefined ischemia/scar" only; else 0. STTC 1 with "Ischemia" or non-specific repolarisation abnormalities; unknown with
  infarction, scar or undefined; else 0. HYP unknown throughout: 61 % of LUDB carry ventricular and 59 % atrial hypertrophy, read by other criteria
  than PTB-XL's. NORM 1 for sinus rhythm of normal axis without any finding, 0 with a finding of conduction,
  infarction, ischaemia or fibrillation; else unknown.
"""

import ast
import csv
import hashlib
from dataclasses import dataclass

import numpy as np
import torch

from network import SUPERCLASSES
from hb_ecg_1 import HbEcg1
from simulate_cases import MEASURED
from simulators.backgrounds import data_folder, read_format16

NAMES = ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6")


@dataclass
class Real:
    """ecg float32 [n, 12, 5000] mV; prepared [n, 8, 5000] after hb-ecg-1; labels [n, 5] with NaN for unknown."""

    key: list
    path: list
    sha256: list
    patient: np.ndarray
    fold: np.ndarray  # PTB-XL strat_fold; LUDB 0
    age: np.ndarray  # years, 300 (over 89) as 90, NaN unknown
    male: np.ndarray  # 1 male, 0 female
    labels: np.ndarray
    ecg: np.ndarray
    prepared: np.ndarray

    def __len__(self):
        return len(self.key)


def prepare(ecg: np.ndarray) -> np.ndarray:
    """[n, 12, 5000] mV -> the eight measured leads after hb-ecg-1."""
    preprocessing, parts = HbEcg1(), []
    with torch.no_grad():
        for start in range(0, len(ecg), 32):
            x = torch.from_numpy(np.ascontiguousarray(ecg[start : start + 32, MEASURED]))
            parts.append(preprocessing(x.reshape(-1, 1, x.shape[-1])).reshape(x.shape).numpy())
    return np.concatenate(parts)


def ptbxl_labels(codes: dict, statements: dict) -> list:
    found = {statements[k]["diagnostic_class"] for k, v in codes.items() if statements[k]["diagnostic"] == "1.0" and v > 0}
    return [float(s in found) for s in SUPERCLASSES]


def ludb_labels(row: dict) -> list:
    conduction, ischaemia = row["Conduction abnormalities"].strip(), row["Ischemia"]
    repolarisation = row["Non-specific repolarization abnormalities"].strip()
    scar = "Scar" in ischaemia or "Stemi" in ischaemia
    undefined = "Undefined" in ischaemia
    mi = 1.0 if scar else np.nan if undefined else 0.0
    sttc = 1.0 if "Ischemia:" in ischaemia or repolarisation else np.nan if scar or undefined else 0.0
    cd = float(bool(conduction))
    fibrillation = "fibrillation" in row["Rhythms"] or "flutter" in row["Rhythms"]
    clean = row["Rhythms"].strip() == "Sinus rhythm" and row["Electric axis of the heart"].strip().endswith("normal") and not row["Hypertrophies"].strip() and not row["Extrasystolies"].strip()
    norm = 0.0 if cd or scar or undefined or sttc == 1 or fibrillation else 1.0 if clean else np.nan
    return [norm, mi, sttc, cd, np.nan]


def rows_of(root):
    statements = {r[""]: r for r in csv.DictReader((root / "ecg/ptbxl/scp_statements.csv").open())}
    for r in csv.DictReader((root / "ecg/ptbxl/ptbxl_database.csv").open()):
        age = min(float(r["age"]), 90.0) if r["age"] else np.nan
        yield (f"ptbxl-{int(r['ecg_id']):05d}", f"ecg/ptbxl/{r['filename_hr']}", f"ptbxl-{int(float(r['patient_id']))}", int(r["strat_fold"]), age,
               float(r["sex"] == "0"), ptbxl_labels(ast.literal_eval(r["scp_codes"]), statements))
    for r in csv.DictReader((root / "ecg/ludb/ludb.csv").open()):
        number = r["ID"].strip()
        if r["Cardiac pacing"].strip():
            continue
        age = float(r["Age"].strip().lstrip(">")) if r["Age"].strip() else np.nan
        yield (f"ludb-{number}", f"ecg/ludb/data/{number}", f"ludb-{number}", 0, age, float(r["Sex"].strip() == "M"), ludb_labels(r))


def load() -> Real:
    root, columns, ecg, hashes = data_folder(), [], [], []
    for row in rows_of(root):
        leads, raw = read_format16(root / f"{row[1]}.hea")
        ecg.append(np.array([leads[name] for name in NAMES], np.float32))
        hashes.append(hashlib.sha256(raw).hexdigest())
        columns.append(row)
    key, path, patient, fold, age, male, labels = zip(*columns)
    ecg = np.array(ecg)
    return Real(list(key), [f"{p}.dat" for p in path], hashes, np.array(patient), np.array(fold), np.array(age), np.array(male), np.array(labels), ecg, prepare(ecg))


def age_sex_features(age: np.ndarray, male: np.ndarray, typical: float) -> np.ndarray:
    """[n, 4]: age in decades from 60 (unknown: `typical`), its square, sex (1 female), age x sex."""
    a = (np.where(np.isfinite(age), age, typical) - 60) / 10
    female = 1 - male
    return np.stack([a, a * a, female, a * female], 1)
