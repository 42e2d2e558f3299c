"""Writes a model folder: graph, manifest, bank, curve, reference values, baselines, hashes of what was trained on."""

import hashlib
import json

import numpy as np
import onnxruntime

import bank as cases
import baselines
import graph
from data import ROOT
from recipes import SOURCES_OF
from table import Table

MODELS = ROOT / "inference" / "models"
LABEL = {"icu-mortality/1": "death", "icu-mortality-48h/1": "48h", "icu-mortality-support2/1": "death"}
TOLERANCE = 1e-5


def session(path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def write_json(path, value, compact: bool = False) -> None:
    path.write_text(json.dumps(value, indent=None if compact else 2, separators=(",", ":") if compact else None) + "\n")


def curve(label: str, data: str, y: np.ndarray, p: np.ndarray) -> dict:
    """At every twentieth of the risks in order; rising thresholds."""
    cuts = np.unique(np.r_[0.0, np.quantile(p, np.linspace(0, 1, 201), method="nearest")])
    rounded = lambda v: float(f"{v:.6g}")
    points = []
    for t in np.unique([rounded(c) for c in cuts]):
        called = p >= t
        points.append({"threshold": t, "sensitivity": rounded(called[y == 1].mean()), "specificity": rounded((~called[y == 0]).mean())})
    return {"label": label, "data": data, "n": len(y), "positives": int(y.sum()), "points": points}


def reference(names: list[str], x: np.ndarray, p: np.ndarray) -> dict:
    rounded = lambda v: [float(f"{q:.6g}") for q in v]
    features = {}
    for i, name in enumerate(names):
        known = x[:, i][~np.isnan(x[:, i])].astype(float)
        deciles = rounded(np.quantile(known, np.arange(1, 10) / 10))
        features[name] = {"median": deciles[4], "deciles": deciles, "missing": round(1 - len(known) / len(x), 4)}
    return {"features": features, "score": {"deciles": rounded(np.quantile(p, np.arange(1, 10) / 10))}}


def publish(recipe, version, table: Table, names, model, calibration, correction, bank, p, served, log) -> None:
    folder = MODELS / recipe.folder
    (folder / "golden").mkdir(parents=True, exist_ok=True)
    label, source = LABEL[recipe.role], SOURCES_OF[table.name.split()[0]]
    graph.write(model, len(names), folder / "model.onnx")
    x = table.x[:, [table.names.index(n) for n in names]]
    shown = session(folder / "model.onnx").run(None, {"features": x})[0][:, 0]
    error = float(np.abs(shown - model(x)).max())
    size = (folder / "model.onnx").stat().st_size
    print(f"parity {error:.1e} on {len(x)} stays, {size // 1024} KiB, {len(bank['row'])} cases in the bank")
    if error > TOLERANCE:
        raise SystemExit("the graph does not say what the models say")
    kept = f"{source['name']}, training part, out of fold (5 folds x {recipe.repeats}); held back: first byte of sha256('cap-icu|' + id) below 51"
    write_json(folder / "bank.json", {"version": f"{version}", "source": f"{kept}; ages and values binned", "correction": correction,
                                      "cases": cases.as_json(bank)}, compact=True)
    write_json(folder / "curve.json", {"curves": [curve(label, kept, table.died, served)]}, compact=True)
    write_json(folder / "reference.json", reference(names, x, served), compact=True)
    compared = baselines.all_of(table)
    # `evaluate` knows a stay by the inputs of the model: a baseline that asks for more would be judged on means.
    unknown = {f for m in compared.values() for f in m["features"]} - set(names) - {"sex.male"}
    if unknown:
        raise SystemExit(f"baselines ask for what the model does not have: {unknown}")
    write_json(folder / "baselines.json", {"formula": "logit = intercept + sum of coefficient x value; where `log`, of ln(1 + value); missing: `mean` (already logged). sex.male is 1 for men",
                                           "models": compared})
    write_json(folder / "training-records.json", {"algorithm": "sha256", "of": source["of"], "records": sorted(table.sha256)})
    sha = lambda name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
    manifest = {
        "implements": recipe.role, "name": recipe.folder.removesuffix("-1"), "version": version, "file": "model.onnx", "sha256": sha("model.onnx"), "opset": 17,
        "licence": "Apache-2.0", "source": "trained from scratch by training/cap-icu of this repository; task after CAP (arXiv 2512.19735v3), no weights taken from it",
        "inputs": [{"name": "features", "dtype": "float32", "shape": ["B", len(names)], "axes": ["stay", "feature"], "missing": "NaN", "features": names}],
        "preprocessing": {"id": "hb-table-1", "inGraph": True, "params": source["params"]},
        "outputs": [{"name": "logit", "role": "logit", "shape": ["B", 1], "activationInGraph": False,
                     "labels": [{"key": label, "coding": [{"system": "http://snomed.info/sct", "code": "419099009", "display": "Dead"}], "rationale": recipe.title, "show": True}]}],
        "calibration": {**calibration, "formula": "platt: p = 1 / (1 + exp(-(slope z + intercept))); beta: logit p = a ln s - b ln(1 - s) + c, s = 1 / (1 + exp(-z)); isotonic: straight lines between knots",
                        "trainPrevalence": round(float(table.died.mean()), 6), "n": len(table.died), "data": kept},
        "training": {"kind": "real", "data": [{"name": source["name"], "licence": source["licence"], "years": source["years"], "nPatients": len(table.died), "nRecords": len(table.died),
                                               "positives": int(table.died.sum()), "recordHash": source["of"]}],
                     "recordsFile": "training-records.json", "seeds": {"models": 1001, "folds": 2002}, "minutes": log["minutes"],
                     "crossValidated": {k: round(v, 4) for k, v in log["crossValidated"].items()},
                     "calibrationLogLoss": {k: round(v, 5) for k, v in log["calibrationLogLoss"].items()}},
        "metrics": [], "subgroups": [],
        "intendedUse": "Research: estimate of in-hospital death of an adult in intensive care, one voice in a review of prognosis; never triage, never a reason to limit treatment.",
        "notForClinicalUse": True,
        "exclusions": ["age under 18", "comfort care only", "fewer than 6 h of stay", "more than half of the core variables not recorded"],
        "assets": [{"file": f, "sha256": sha(f)} for f in ("bank.json", "curve.json", "reference.json", "baselines.json")],
    }
    write_json(folder / "model.json", manifest)
    write_json(ROOT / "training" / "cap-icu" / ".cache" / f"{recipe.folder}-log.json", log)
