"""Figures of the card: the development network on 131-150, and fibrillation and flutter by cross-validation.

Usage: python training/ecgomics/report.py      needs the run development and whichever of af-0, af-1 are finished; about 1 min
Answers of the twelve leads are pooled as the server does (0.7 own + 0.3 mean of all leads). Intervals: 95 % bootstrap by
record, 200 draws. The served path (beats, fusion, absent P) is scored by `hisbundle evaluate ecgomics`, not here.
"""

import json

import numpy as np
import torch

from augment import low_passed, plain
from data import OUT, SEEDS, has_no_p, rhythms, sha256_of
from export import load_network
from scoring import judge, waves
from train import split

OWN, DRAWS = 0.7, 200
ABSENT_BELOW = 0.3


def rows_by_record(part: str) -> list:
    """[[(waves, lead)] x 12] for each held record."""
    network, held, out = load_network(part), split(part)[1], []
    for i in range(0, len(held), 12):
        leads = held[i : i + 12]
        x = torch.tensor(np.stack([plain(low_passed(l.x), l.y)[0] for l in leads]), dtype=torch.float32)[:, None]
        with torch.no_grad():
            p = network(x).softmax(1).numpy()
        out.append([(waves(q), l) for q, l in zip(OWN * p + (1 - OWN) * p.mean(0, keepdims=True), leads)])
    return out


def without_absent(record: list) -> list:
    """The rule of the server: P in fewer than 30 % of the beats (in half of the leads) is no P at all."""
    beats = sorted(w[1] for w in record[0][0] if w[0] == 2)
    seen = [sum(any(w[0] == 1 and b - 450 < w[1] < b for w in found) for found, _ in record) >= 6 for b in beats]
    if np.mean(seen or [0]) >= ABSENT_BELOW:
        return record
    return [([w for w in found if w[0] != 1], lead) for found, lead in record]


def is_finished(part: str) -> bool:
    path = OUT / f"{part}.json"
    run = json.loads(path.read_text()) if path.exists() else None
    return bool(run) and len(run["history"]) == run["epochs"]


def intervals(records: list, rng) -> dict:
    point = judge([row for record in records for row in record])
    draws = [judge([row for k in rng.integers(0, len(records), len(records)) for row in records[k]]) for _ in range(DRAWS)]
    return {name: {"value": value, "ci": [float(np.percentile([d[name] for d in draws], q)) for q in (2.5, 97.5)]}
            for name, value in point.items() if name != "beatsWithoutP" and value is not None and all(d[name] is not None for d in draws)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEEDS["test"])
    chosen = rows_by_record("development")
    fibrillation = [record for part in ("af-0", "af-1") if is_finished(part) for record in rows_by_record(part)]
    ruled = [without_absent(record) for record in fibrillation]
    report = {
        "development": {"records": len(chosen), "metrics": intervals(chosen, rng)},
        "fibrillation": {"records": len(fibrillation), "of": sum(has_no_p(r) for n, r in rhythms().items() if int(n) <= 150), "beatsTimesLeads": judge([r for rec in fibrillation for r in rec])["beatsWithoutP"],
                         "network": intervals(fibrillation, rng)["falseP"], "served": intervals(ruled, rng)["falseP"],
                         "numbers": [rec[0][1].record for rec in fibrillation]},
        "bootstrapDraws": DRAWS, "seed": SEEDS["test"],
        "trainingRecords": sorted(sha256_of(n) for n in range(1, 151)),
    }
    (OUT / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps({k: v for k, v in report.items() if k != "trainingRecords"}, indent=1))
