"""The acceptance table on the held-back part: python training/cap-icu/report.py [24h] [48h] [support2]

Everything was fixed before: the held-back part chose nothing. Writes report.json, plots, the figures of each model.json and the cards.
`--rehearse` prints the same of a sixth of the training part instead, to try this file without looking at the held-back part.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

import baselines
import bootstrap
import card
import fairness
import robustness
from bootstrap import auroc, figure
from calibrate import ece, expit, line
from ensemble import fit_trees
from judged import Shipped, parts
from plots import calibration_plot
from publish import write_json
from recipes import RECIPES

HERE = Path(__file__).resolve().parent
PLAIN = dict(iterations=300, depth=5, learning_rate=0.04, l2_leaf_reg=3, rsm=0.5, subsample=0.8)


def boosting(train, held, names) -> np.ndarray:
    return fit_trees(baselines.columns(train, names).astype(np.float32), train.died, list(names), range(1), **PLAIN)(
        baselines.columns(held, names).astype(np.float32))


def filled(train: np.ndarray, held: np.ndarray) -> np.ndarray:
    """A score that the file does not have counts as the median of the training part."""
    return np.where(np.isnan(held), np.nanmedian(train), held)


def others(which: str, train, held, folder) -> dict[str, np.ndarray]:
    found = {name: filled(train.scores[name], held.scores[name]) for name in held.scores}
    models = json.loads((folder / "baselines.json").read_text())["models"]
    for name, model in models.items():
        found[name] = baselines.apply_logistic(model, held)
    found["boosting-15"] = boosting(train, held, baselines.of(held))
    if which != "support2":
        found["boosting-24"] = boosting(train, held, baselines.TWENTY_FOUR)
    return found


def in_training(train) -> dict[str, float]:
    """What scores that nobody fitted reach in the training part: whether the held-back part is an easy or a hard draw."""
    return {name: auroc(train.died, filled(score, score)) for name, score in train.scores.items()}


def latency(shipped: Shipped, x: np.ndarray) -> dict:
    times = []
    for row in x[:50].repeat(4, 0):
        started = time.perf_counter()
        shipped.logit(row[None])
        times.append(1000 * (time.perf_counter() - started))
    return {"p50Ms": round(float(np.median(times)), 3), "p95Ms": round(float(np.quantile(times, 0.95)), 3)}


def report(which: str, rehearse: bool = False) -> dict:
    train, held = parts(which, rehearse)
    shipped = Shipped(which)
    y, index = held.died, bootstrap.draws(len(held.died))
    base, served = shipped.served(held)
    rows = {"auroc": figure(auroc, y, served, index=index), "auprc": figure(average_precision_score, y, served, index=index),
            "brier": figure(lambda a, b: np.mean((a - b) ** 2), y, served, index=index), "ece": figure(ece, y, served, index=index),
            "calibration.slope": figure(lambda a, b: line(a, b)[0], y, served, index=index[:400]),
            "calibration.intercept": figure(lambda a, b: line(a, b)[1], y, served, index=index[:400])}
    # What a perfectly calibrated model would show on as many stays.
    rng = np.random.default_rng(bootstrap.SEED)
    perfect = [ece((rng.random(len(served)) < served).astype(int), served) for _ in range(500)]
    compared = {}
    for name, score in others(which, train, held, shipped.folder).items():
        compared[name] = {"auroc": figure(auroc, y, score, index=index), "auprc": figure(average_precision_score, y, score, index=index[:500]),
                          "difference": figure(lambda a, b, c: auroc(a, b) - auroc(a, c), y, served, score, index=index)}
        if name.startswith(("boosting", "logistic", "age")):
            compared[name]["brier"] = float(np.mean((expit(score) - y) ** 2))
            compared[name]["ece"] = ece(y, expit(score))
    calibration_plot(HERE / "plots" / f"{which}.svg", {"base": base, "CAP": served}, y, RECIPES[which].title)
    return {"version": shipped.manifest["version"], "sha256": shipped.manifest["sha256"], "n": len(y), "positives": int(y.sum()), "prevalence": float(y.mean()),
            "trainPrevalence": float(train.died.mean()), "trainN": len(train.died), "features": len(shipped.names), "bytes": (shipped.folder / "model.onnx").stat().st_size,
            "correction": shipped.correction, "bankCases": len(shipped.bank["age"]), "crossValidated": shipped.manifest["training"]["crossValidated"],
            "metrics": rows, "scoresInTraining": in_training(train), "ecePerfect": {"mean": float(np.mean(perfect)), "p95": float(np.quantile(perfect, 0.95))}, "baselines": compared,
            "ablation": fairness.ablation(shipped, train, held, base, served, index), "subgroups": fairness.subgroups(held, served, train, index),
            "outOfFoldGroups": fairness.out_of_fold(which, shipped, train), "flips": fairness.flips(shipped, held, served), "proxy": fairness.proxies(train, held, shipped),
            "reliance": fairness.reliance(shipped, held), "abstention": robustness.abstention(which, shipped, held, served),
            "robustness": robustness.study(which, shipped, held), "latency": latency(shipped, shipped.rows(held))}


def into_manifest(which: str, found: dict) -> None:
    path = Shipped(which).folder / "model.json"
    manifest = json.loads(path.read_text())
    data = f"{manifest['training']['data'][0]['name']}, held back"
    r = lambda v: None if v is None or np.isnan(v) else float(f"{v:.4g}")
    manifest["metrics"] = [{"data": data, "n": found["n"], "positives": found["positives"], "metric": name, "value": r(row["value"]), "ci": [r(v) for v in row["ci"]]}
                           for name, row in found["metrics"].items()]
    for name, row in found["baselines"].items():
        manifest["metrics"].append({"data": data, "n": found["n"], "positives": found["positives"], "metric": "auroc", "baseline": name, "value": r(row["auroc"]["value"]),
                                    "ci": [r(v) for v in row["auroc"]["ci"]]})
    manifest["subgroups"] = [{k: (r(v) if isinstance(v, float) else [r(x) for x in v] if isinstance(v, list) else v) for k, v in row.items()} for row in found["subgroups"]]
    manifest["resources"] = found["latency"]
    write_json(path, manifest)


if __name__ == "__main__":
    path = HERE / "report.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    (HERE / "plots").mkdir(exist_ok=True)
    if "--rehearse" in sys.argv:
        for which in [a for a in sys.argv[1:] if a in RECIPES]:
            print(json.dumps(report(which, rehearse=True), indent=1, default=float))
        sys.exit()
    for which in [a for a in sys.argv[1:] if a in RECIPES] or list(RECIPES):
        started = time.time()
        found = report(which)
        # Read again: the three reports may run side by side.
        known = (json.loads(path.read_text()) if path.exists() else {}) | {which: found}
        path.write_text(json.dumps(known, indent=1, default=float) + "\n")
        into_manifest(which, known[which])
        m = known[which]["metrics"]
        print(which, {k: (round(v["value"], 4), [round(x, 3) for x in v["ci"]]) for k, v in m.items()}, f"{time.time() - started:.0f} s", flush=True)
    for which in known:
        if which in RECIPES:
            card.write(which, known)
