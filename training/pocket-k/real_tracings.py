"""What the model says of untouched real tracings, whose potassium nobody knows, and of people with two of them."""

import ast
import csv
from itertools import combinations

import numpy as np
from scipy.stats import binomtest

from simulators.backgrounds import data_folder
from simulators.ceiling import FACTORS, SIZES, wave_sizes
from simulators.potassium import draw_pair

COMPARED = ("tMv", "tMs", "prMs", "qrsMv", "qrsMs", "rrMs")


def diagnoses() -> dict[str, str]:
    """Statements of each record: SCP codes of PTB-XL, the findings of LUDB."""
    root, found = data_folder(), {}
    for row in csv.DictReader((root / "ecg/ptbxl/ptbxl_database.csv").open()):
        found[f"ptbxl-{int(row['ecg_id']):05d}"] = " ".join(ast.literal_eval(row["scp_codes"]))
    for row in csv.DictReader((root / "ecg/ludb/ludb.csv").open()):
        fields = (row[name] for name in row if name.strip() in ("Rhythms", "Hypertrophies", "Ischemia", "Non-specific repolarization abnormalities", "Conduction abnormalities"))
        found[f"ludb-{row['ID'].strip()}"] = "; ".join(" ".join(f.split()) for f in fields if f and f.strip())
    return found


def alarms(backgrounds: list, risk: np.ndarray, threshold: float) -> dict:
    """Share of untouched own-test tracings in the high band, with the diagnoses of those."""
    alarm, of = risk >= threshold, diagnoses()
    interval = binomtest(int(alarm.sum()), len(alarm)).proportion_ci()  # exact; a bootstrap of no alarms has no width
    return {"tracings": len(alarm), "alarms": int(alarm.sum()), "rate": float(alarm.mean()), "ci": [interval.low, interval.high],
            "alarmed": [{"key": b.key, "diagnoses": of.get(b.key, "")} for b, a in zip(backgrounds, alarm) if a]}


def people_with_two(backgrounds: list) -> list[tuple]:
    """Pairs of records of one person, in any part."""
    by_person: dict[str, list] = {}
    for b in backgrounds:
        by_person.setdefault(b.patient, []).append(b)
    return [pair for records in by_person.values() for pair in combinations(sorted(records, key=lambda b: b.key), 2)]


def two_tracings(backgrounds: list, marks: dict, risk) -> dict:
    """People with two real tracings: how far their waves lie apart against the simulator's pairs without potassium effect, and
    the risk alone and with the other tracing as reference. `risk`: (ecg, reference or None) [n, 5000] mV -> [n]."""
    pairs = people_with_two(backgrounds)
    real = np.array([[wave_sizes(b, marks[b.key]) for b in pair] for pair in pairs])
    column = lambda name: SIZES.index(name)
    apart = {name: np.abs(np.log(np.maximum(np.abs(real[:, 0, column(name)]), 1e-3) / np.maximum(np.abs(real[:, 1, column(name)]), 1e-3)))
             for name in COMPARED}
    drawn = [draw_pair(np.random.default_rng([3003, i]), "natural", False)[0] for i in range(3000)]
    drawn = [l for l in drawn if 3.5 <= l.k <= 5.0]
    base = np.median(real.reshape(-1, len(SIZES)), axis=0)
    simulated = {}
    for name in COMPARED:
        key = FACTORS[column(name)]
        a, b = (np.array([getattr(l, which)[key] for l in drawn]) for which in ("total_effect", "reference_effect"))
        if key.endswith("_ms"):
            a, b = 1 + a / base[column(name)], 1 + b / base[column(name)]
        simulated[name] = float(np.median(np.abs(np.log(np.maximum(np.abs(a), 1e-3) / np.maximum(np.abs(b), 1e-3)))))
    first, second = (np.array([p[i].leads["I"] for p in pairs], np.float32) for i in (0, 1))
    alone, paired = risk(second, None), risk(second, first)
    return {"pairs": len(pairs), "people": len({p[0].patient for p in pairs}),
            "medianLogDifference": {name: {"real": float(np.median(apart[name])), "simulated": simulated[name]} for name in COMPARED},
            "riskAlone": alone.tolist(), "riskWithReference": paired.tolist()}
