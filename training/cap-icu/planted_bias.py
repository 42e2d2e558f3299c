"""Planted bias: an unfair offset of known size, its detection and its removal. python training/cap-icu/planted_bias.py

SUPPORT2 rows; an attribute nobody has ('site', north or south) is drawn by coin, so it tells nothing of the outcome.
A label noise: the recorded outcomes of the training part are drawn anew with their log odds (cross-fitted) moved by +.5 in the
  north and -.5 in the south; the attribute is an input. B calibration of one laboratory: creatinine, urea and bilirubin of the
  north are 2.5 times too high at prediction time (the model was trained on right values); the attribute is no input. C nothing.
Judged on the held-back part with the true outcomes. fair: the mean of the logits over both values of the attribute (as the
module does); CAP: fair, and the correction of a bank made on the training part with the attribute in the place of race.
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

import bank as cases
import bootstrap
from bootstrap import auroc, figure
from calibrate import apply, expit, fit, log_loss
from ensemble import fit_trees
from fairness import gap
from judged import parts
from recipes import RECIPES

OPTIONS = dict(iterations=400, depth=5, learning_rate=0.04, l2_leaf_reg=10, rsm=0.4, subsample=0.7, border_count=48)
OFFSET, FACTOR, LABS = 0.5, 2.5, ("crea", "bun", "bili")
NORTH, SOUTH = "north", "south"


def with_site(x: np.ndarray, north: np.ndarray | float) -> np.ndarray:
    return np.concatenate([x, np.broadcast_to(np.asarray(north, np.float32).reshape(-1, 1), (len(x), 1))], 1).astype(np.float32)


def spoilt(x: np.ndarray, names: list[str], north: np.ndarray) -> np.ndarray:
    out = x.copy()
    for lab in LABS:
        out[north, names.index(lab)] *= FACTOR
    return out


def cross_fit(x: np.ndarray, y: np.ndarray, names: list[str]) -> tuple[np.ndarray, list]:
    z, models = np.zeros(len(y)), []
    for a, b in StratifiedKFold(5, shuffle=True, random_state=2002).split(x, y):
        model = fit_trees(x[a], y[a], names, range(1), **OPTIONS)
        z[b] = model(x[b])
        models.append((b, model))
    return z, models


def scenario(kind: str, train, held, names: list[str], honest: np.ndarray) -> dict:
    rng = np.random.default_rng([3003, ord(kind)])
    columns = [train.names.index(n) for n in names]
    xa, xb = train.x[:, columns], held.x[:, columns]
    north_a, north_b = rng.random(len(xa)) < 0.5, rng.random(len(xb)) < 0.5
    recorded = train.died
    if kind in ("A", "C"):
        shift = OFFSET if kind == "A" else 0.0
        recorded = (rng.random(len(xa)) < expit(honest + np.where(north_a, shift, -shift))).astype(int)
        columns_a, seen_b, inputs = with_site(xa, north_a), with_site(xb, north_b), [*names, "site"]
    else:
        columns_a, seen_b, inputs = xa, spoilt(xb, names, north_b), names
    z, models = cross_fit(columns_a, recorded, inputs)
    calibration = fit("platt", z, recorded)
    final = fit_trees(columns_a, recorded, inputs, range(2), **OPTIONS)
    ask = lambda model, x, north: model(with_site(x, north)) if "site" in inputs else model(x)
    as_served = lambda x: expit(x)
    plain = apply(calibration, final(seen_b))
    raw = seen_b[:, : len(names)]
    both = [apply(calibration, ask(final, raw, v)) for v in (0.0, 1.0)]
    mean_logit = lambda p, q: as_served((np.log(p / (1 - p)) + np.log(q / (1 - q))) / 2)
    fair = mean_logit(*both)
    # The bank: cross-fitted on the training part as that site would see it, with the true outcomes, entries by flip or misprediction.
    seen_a = columns_a if kind != "B" else spoilt(xa, names, north_a)
    low, high, own = np.zeros(len(xa)), np.zeros(len(xa)), np.zeros(len(xa))
    for b, model in models:
        own[b] = apply(calibration, model(seen_a[b]))
        low[b], high[b] = (apply(calibration, ask(model, seen_a[b][:, : len(names)], v)) for v in (0.0, 1.0))
    truth_a = train.died
    p_a = mean_logit(low, high)
    people = lambda t, n: t.people | {"race": np.where(n, NORTH, SOUTH).astype(object)}
    values_a, values_b = cases.clinical(train.columns, len(xa)), cases.clinical(held.columns, len(xb))
    bank = cases.entries(people(train, north_a) | {"died": truth_a}, values_a, p_a, np.abs(high - low))
    k = choose_k(people(train, north_a), values_a, p_a, truth_a, np.abs(high - low))
    index, s = cases.retrieval(people(held, north_b), values_b, bank)
    cap = cases.moved(fair, cases.shift(index, s, bank["error"], k, 2, 0.7))
    other, t = cases.retrieval(people(held, ~north_b), values_b, bank)
    flipped = {"base": apply(calibration, ask(final, raw, (~north_b).astype(float))), "fair": fair,
               "CAP": cases.moved(fair, cases.shift(other, t, bank["error"], k, 2, 0.7))}
    y, group, draws = held.died, np.where(north_b, NORTH, SOUTH).astype(object), bootstrap.draws(len(xb))
    moved = final(seen_b) - final(xb) if kind == "B" else final(with_site(xb, 1.0)) - final(with_site(xb, 0.0))
    out = {"logitOffset": float(moved[north_b].mean()) if kind == "B" else float(moved.mean()), "n": len(y), "positives": int(y.sum()), "k": k, "bank": len(bank["row"]), "attributeIsInput": "site" in inputs, "variants": {}}
    called = {}
    for name, p in (("base", plain), ("fair", fair), ("CAP", cap)):
        called[name] = p >= np.quantile(p, 1 - y.mean())
        out["variants"][name] = {"auroc": figure(auroc, y, p, index=draws), "eod": figure(gap, y, called[name], group, index=draws),
                                 "meanDifference": figure(lambda q, g: q[g == NORTH].mean() - q[g == SOUTH].mean(), p, group, index=draws),
                                 "flip": figure(lambda q, r: np.abs(q - r).mean(), p, flipped[name], index=draws) if "site" in inputs or name == "CAP" else "not informative: no input"}
    reduced = lambda name: figure(lambda a, c, d, g: 1 - gap(a, d, g) / max(gap(a, c, g), 1e-9), y, called["base"], called[name], group, index=draws)
    out["eodReduction"] = {name: reduced(name) for name in ("fair", "CAP")}
    out["aurocDifference"] = {name: figure(lambda a, b, c: auroc(a, b) - auroc(a, c), y, p, plain, index=draws) for name, p in (("fair", fair), ("CAP", cap))}
    return out


def choose_k(people: dict, values: np.ndarray, p: np.ndarray, y: np.ndarray, flips: np.ndarray) -> float:
    """The k of the lowest log loss in two halves, each asking a bank of the other."""
    half = np.random.default_rng(2002).random(len(y)) < 0.5
    found = []
    for mine in (half, ~half):
        bank = cases.entries({k: v[~mine] for k, v in people.items()} | {"died": y[~mine]}, values[~mine], p[~mine], flips[~mine])
        found.append((mine, bank, *cases.retrieval({k: v[mine] for k, v in people.items()}, values[mine], bank)))
    def loss(k: float) -> float:
        return sum(log_loss(y[m], cases.moved(p[m], cases.shift(i, s, bank["error"], k, 2, 0.7))) for m, bank, i, s in found)
    return min((0.05, 0.1, 0.2, 0.4, 0.8, 1.2), key=loss)


if __name__ == "__main__":
    train, held = parts("support2", rehearse="--rehearse" in sys.argv)
    names = RECIPES["support2"].inputs(train)
    x = train.x[:, [train.names.index(n) for n in names]]
    honest, _ = cross_fit(x, train.died, names)
    found = {kind: scenario(kind, train, held, names, honest) for kind in "ABC"}
    path = Path(__file__).resolve().parent / "report.json"
    if "--rehearse" not in sys.argv:
        known = (json.loads(path.read_text()) if path.exists() else {}) | {"plantedBias": found}
        path.write_text(json.dumps(known, indent=1, default=float) + "\n")
    for kind, row in found.items():
        print(kind, row["k"], round(row["logitOffset"], 2), {n: {m: (round(f["value"], 3) if isinstance(f, dict) else f) for m, f in v.items()} for n, v in row["variants"].items()},
              {n: (round(f["value"], 2), [round(c, 2) for c in f["ci"]]) for n, f in row["eodReduction"].items()})
