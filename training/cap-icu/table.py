"""What a model is trained on: one row a stay, features by name, NaN where not recorded."""

import json
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import CACHE, ROOT, SET_A, SUPPORT2, data_path, held_back, stays, support_rows
from features import canonical, features_of, partial_sofa

LEAKAGE = ROOT / "inference" / "modules" / "cap-icu" / "leakage.json"
#: Columns of SUPPORT2 that are known by day 3, their plausible ranges, and categories, which become '<column>=<value>', 0 or 1.
COLUMNS = json.loads((LEAKAGE.parent / "dataset" / "support2-columns.json").read_text())


@dataclass
class Table:
    name: str
    names: list[str]
    x: np.ndarray
    died: np.ndarray
    people: dict
    ids: list[str]
    sha256: list[str]
    held: np.ndarray
    #: scores of others, for comparison only
    scores: dict
    #: every feature, also those that are no inputs
    columns: dict

    def take(self, rows: np.ndarray) -> "Table":
        cut = lambda v: {k: a[rows] for k, a in v.items()}
        pick = lambda v: [v[i] for i in np.flatnonzero(rows)] if rows.dtype == bool else [v[i] for i in rows]
        return Table(self.name, self.names, self.x[rows], self.died[rows], cut(self.people), pick(self.ids), pick(self.sha256),
                     self.held[rows], cut(self.scores), cut(self.columns))


def refuse_leakage(names: list[str], data: str) -> None:
    """@throws ValueError when a name, or the column a category is made of, must never be an input"""
    leaks = set(json.loads(LEAKAGE.read_text())[data])
    found = [n for n in names if n in leaks or re.split(r"[=.]", n)[0] in leaks and n not in ("num.co",)]
    if found:
        raise ValueError(f"never an input of a mortality model: {found}")


def number(text: str) -> float:
    return float(text) if text != "" else np.nan


def support_features(row: dict) -> dict:
    """A row of the file as features; a number outside its range is missing. As inference/modules/cap-icu/dataset does it."""
    out = {}
    for name in COLUMNS["numbers"]:
        value = number(row[name])
        low, high = COLUMNS["plausible"].get(name, (-np.inf, np.inf))
        out[name] = value if low <= value <= high else np.nan
    for column, values in COLUMNS["categories"].items():
        for value in values:
            out[f"{column}={value}"] = np.nan if row[column] == "" else float(row[column] == value)
    return out


def support2() -> Table:
    rows = support_rows()
    features = pd.DataFrame([support_features(r) for r in rows])
    names = list(features.columns)
    refuse_leakage(names, "support2")
    scores = {n: np.array([number(r[n]) for r in rows]) for n in ("sps", "aps")}
    # surv2m is the probability to live two months by the original SUPPORT model.
    scores["support-model"] = np.array([1 - number(r["surv2m"]) for r in rows])
    columns = {c: features[c].to_numpy() for c in names}
    columns["sofa.partial"] = np.array([organs_of(r) for r in features.to_dict("records")])
    return Table("support2", names, features.to_numpy(np.float32), np.array([int(r["hospdead"]) for r in rows]),
                 {"age": np.array([number(r["age"]) for r in rows]), "sex": np.array([r["sex"] for r in rows], object),
                  "race": np.array([r["race"] or None for r in rows], object), "died": np.array([int(r["hospdead"]) for r in rows])},
                 [r["row_id"] for r in rows], [r["sha256"] for r in rows], np.array([held_back(r["row_id"]) for r in rows]), scores, columns)


def organs_of(row: dict) -> float:
    known = lambda name: None if np.isnan(row[name]) else row[name]
    score = partial_sofa(oxygenation=known("pafi"), bilirubin=known("bili"), pressure=known("meanbp"), creatinine=known("crea"), urine=known("urine"))
    return np.nan if score is None else score


def set_a(window: int) -> Table:
    """The first `window` hours of each stay; features are cached beside this file, by the content of what makes them."""
    import hashlib
    import pickle

    source = b"".join((ROOT / "training" / "cap-icu" / f).read_bytes() for f in ("features.py", "data.py"))
    source += (ROOT / "inference" / "modules" / "cap-icu" / "variables.json").read_bytes() + str(data_path(SET_A).stat().st_size).encode()
    cached = CACHE / f"set-a-{window}-{hashlib.sha256(source).hexdigest()[:16]}.pickle"
    if cached.exists():
        table = pickle.loads(cached.read_bytes())
    else:
        table = read_set_a(window)
        CACHE.mkdir(exist_ok=True)
        cached.write_bytes(pickle.dumps(table))
    refuse_leakage(table.names, "challenge2012")
    return table


def read_set_a(window: int) -> Table:
    found = stays()
    frame = pd.DataFrame([features_of(canonical(s.values), window, s.age, s.unit) for s in found])
    frame = frame[sorted(frame.columns)]
    died = np.array([s.died for s in found])
    null = lambda v: np.nan if v is None else v
    return Table(f"set-a {window} h", list(frame.columns), frame.to_numpy(np.float32), died,
                 {"age": np.array([null(s.age) for s in found], float), "sex": np.array([s.sex for s in found], object),
                  "race": np.array([None for _ in found], object), "died": died},
                 [s.id for s in found], [s.sha256 for s in found], np.array([held_back(s.id) for s in found]),
                 {"saps-i": np.array([null(s.saps) for s in found], float), "sofa": np.array([null(s.sofa) for s in found], float)},
                 {c: frame[c].to_numpy() for c in frame})


def load(which: str) -> Table:
    return support2() if which == "support2" else set_a(int(which.removesuffix("h")))


SOURCES = {"24h": SET_A, "48h": SET_A, "support2": SUPPORT2}
