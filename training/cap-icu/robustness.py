"""What a feed's faults do to a risk: values repeated, late, in another unit, or gone; and who is refused."""


import numpy as np

from bootstrap import auroc
from data import stays
from features import TABLE as VARIABLES_TABLE
from features import canonical, features_of
from judged import Shipped
from table import Table

STAYS, LATE_HOURS = 300, 6
#: Factors of the usual mistakes of units.
UNIT_ERRORS = {"creatinine": 88.4, "bilirubin": 17.1, "bun": 0.357, "glucose": 0.0555, "temperature": 2.0, "lactate": 9.0, "fio2": 0.01, "haematocrit": 0.01,
               "magnesium": 0.411, "pao2": 0.133, "paco2": 0.133, "albumin": 10.0, "weight": 2.2}


def abstention(which: str, shipped: Shipped, held: Table, p: np.ndarray) -> dict:
    """Refused: more than half of the core variables (a table: of the inputs' variables) without a value."""
    owner = [n if "=" in n or which == "support2" else n.split(".")[0] for n in shipped.names]
    x = shipped.rows(held)
    core = sorted(set(owner) if which == "support2" else set(VARIABLES_TABLE["core"]) & set(owner))
    known = np.stack([np.any(~np.isnan(x[:, [i for i, o in enumerate(owner) if o == v]]), 1) for v in core], 1)
    refused = (~known).mean(1) > 0.5
    y = held.died
    return {"refused": int(refused.sum()), "share": float(refused.mean()), "died": int(y[refused].sum()),
            "aurocAnswered": auroc(y[~refused], p[~refused]), "aurocRefusedIfForced": auroc(y[refused], p[refused]) if refused.sum() >= 30 and y[refused].sum() >= 5 else None}


def study(which: str, shipped: Shipped, held: Table) -> dict:
    """Largest change of the probability when one variable is repeated, loses its last six hours, comes in another unit, or is missing."""
    x = shipped.rows(held)[:STAYS]
    before = shipped.probability(x)
    if which == "support2":
        return {"missing": summary({n: np.abs(shipped.probability(without(x, [i])) - before) for i, n in enumerate(shipped.names) if "=" not in n and n != "age"})}
    window = int(which[:-1])
    chosen = set(held.ids[:STAYS])
    found = {s.id: s for s in stays() if s.id in chosen}
    order = [found[i] for i in held.ids[:STAYS]]
    series = [canonical(s.values) for s in order]
    keys = sorted({k for values in series for k, _, _ in values})

    def asked(changed: list) -> np.ndarray:
        rows = np.full((len(order), len(shipped.names)), np.nan, np.float32)
        for i, (s, values) in enumerate(zip(order, changed)):
            features = features_of(values, window, s.age, s.unit)
            rows[i] = [features.get(n, np.nan) for n in shipped.names]
        return shipped.probability(rows)

    effects = {"repeated": {}, "late": {}, "missing": {}, "otherUnit": {}}
    for key in keys:
        effects["repeated"][key] = np.abs(asked([v + [p for p in v if p[0] == key] for v in series]) - before)
        effects["late"][key] = np.abs(asked([[p for p in v if p[0] != key or p[1] < window - LATE_HOURS] for v in series]) - before)
        effects["missing"][key] = np.abs(asked([[p for p in v if p[0] != key] for v in series]) - before)
        if key in UNIT_ERRORS:
            effects["otherUnit"][key] = np.abs(asked([[(k, h, x * UNIT_ERRORS[k]) if k == key else (k, h, x) for k, h, x in v] for v in series]) - before)
    return {name: summary(values) for name, values in effects.items()}


def without(x: np.ndarray, columns: list[int]) -> np.ndarray:
    out = x.copy()
    out[:, columns] = np.nan
    return out


def summary(effects: dict[str, np.ndarray]) -> dict:
    worst = max(effects, key=lambda k: effects[k].max())
    every = np.concatenate(list(effects.values()))
    return {"stays": len(effects[worst]), "variables": len(effects), "largest": float(every.max()), "variable": worst, "over.3": int((every > 0.3).sum()),
            "mean": float(every.mean())}
