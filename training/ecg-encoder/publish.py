"""Write model.json, training-records.json and card.md of the model folder from the reports in out/, and the plots.

Usage: python training/ecg-encoder/publish.py      needs crossfit.py and export.py; without report.py the card's figures are left out
No figure is typed here.
"""

import hashlib
import json
import subprocess

import numpy as np

from card import SENTENCE, write_card
from export import OPSET
from hb_ecg_1 import PARAMS
from network import EMBEDDING, LEADS, SAMPLES, SUPERCLASSES
from plots import curve_plot, gain_plot
from real import load
from report import HEAD
from shared import FOLDER, HERE, OUT, SEEDS

VERSION = "1.0.0"
TITLES = {"NORM": "Normal ECG", "MI": "Myocardial infarction", "STTC": "ST or T change", "CD": "Conduction disturbance", "HYP": "Hypertrophy"}
DATA = "PTB-XL folds 1-8 (353 records, 339 people), cross-fitted by strat_fold"


def read(name: str):
    path = OUT / name
    return json.loads(path.read_text()) if path.exists() else None


def rounded(value, digits=4):
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list):
        return [rounded(v, digits) for v in value]
    return {k: rounded(v, digits) for k, v in value.items()} if isinstance(value, dict) else value


def metric_rows(report) -> list:
    if not report:
        return []
    rows, own, base = [], report["figures"]["encoder alone"], report["figures"]["age-sex"]
    for label in (*SUPERCLASSES, "macro"):
        common = {"data": DATA, "kind": "real", "n": report["records"], "patients": report["patients"], "positives": report["positives"].get(label), "label": label, "seed": report["seed"]}
        rows.append(common | {"metric": f"auroc.{label}", "value": own[label]["auroc"], "ci": own[label]["ci"], "baseline": {"name": "age-sex", "value": base[label]["auroc"], "ci": base[label]["ci"]}})
        rows.append(common | {"metric": f"auroc.gain.{label}", "value": own[label]["gain"], "ci": own[label]["gainCi"], "baseline": {"name": "age-sex", "value": 0.0}})
    c = report["calibration"]["encoder alone"]
    rows.append({"data": DATA, "kind": "real", "n": report["records"], "patients": report["patients"], "metric": "ece.macro", "value": c["macro"], "ci": c["ci"], "baseline": None})
    return rounded(rows)


def commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, cwd=FOLDER).stdout.strip()


def model_json(report, export, pretraining, head, records) -> dict:
    count = lambda prefix: sum(k.startswith(prefix) for k in records.key)
    people = lambda prefix: len({p for p in records.patient if p.startswith(prefix)})
    return {
        "implements": "ecg-encoder/1", "name": "ecg-encoder", "version": VERSION, "file": "model.onnx", "sha256": export["sha256"], "opset": OPSET, "licence": "Apache-2.0",
        "source": "trained from scratch by training/ecg-encoder of this repository: trunk on simulated tracings only, statements layer on real labels",
        "inputs": [
            {"name": "ecg", "dtype": "float32", "shape": ["B", 12, SAMPLES], "axes": ["batch", "lead", "time"], "unit": "mV", "rateHz": 500, "leads": list(LEADS)},
            {"name": "lead_mask", "dtype": "float32", "shape": ["B", 12], "axes": ["batch", "lead"], "unit": "1"}],
        "preprocessing": {"id": "hb-ecg-1", "inGraph": True, "params": PARAMS},
        "outputs": [
            {"name": "embedding", "role": "embedding", "shape": ["B", EMBEDDING], "activationInGraph": True, "labels": []},
            {"name": "statements", "role": "logit", "shape": ["B", len(SUPERCLASSES)], "activationInGraph": False,
             "labels": [{"key": s, "display": TITLES[s], "coding": [], "show": True} for s in SUPERCLASSES]}],
        "aggregation": {"clips": "mean"},
        "calibration": {"method": "platt", "params": {s: {"slope": float(head["statementsSlope"][k]), "intercept": float(head["statementsIntercept"][k])} for k, s in enumerate(SUPERCLASSES)},
                        "trainPrevalence": {s: round(float(np.mean(records.labels[records.fold > 0, k])), 4) for k, s in enumerate(SUPERCLASSES)}, "n": int((records.fold > 0).sum()), "patients": people("ptbxl"),
                        "data": "PTB-XL folds 1-8, held-out logits of an inner cross-validation over the folds"},
        "training": {
            "kind": "mixed",
            "data": [{"name": "simulated tracings (training/simulators/effects.py)", "licence": "Apache-2.0", "nPatients": 0, "nRecords": pretraining["simulatedCases"], "use": "trunk, stems, embedding"},
                     {"name": "PTB-XL folds 1-8 (subset)", "licence": "CC BY 4.0", "nPatients": people("ptbxl"), "nRecords": count("ptbxl"), "use": "statements layer"},
                     {"name": "LUDB 1-150", "licence": "ODC-BY 1.0", "nPatients": people("ludb"), "nRecords": count("ludb"), "use": "statements layer, where its labels are known"}],
            "seeds": SEEDS, "commit": commit(), "recordsFile": "training-records.json", "simulatedCasesSeen": pretraining["casesSeen"], "minutes": round(pretraining["curve"][-1]["minutes"], 1), "command": pretraining["command"]},
        "metrics": metric_rows(report), "subgroups": rounded(report["subgroups"]) if report else [],
        "intendedUse": "Research: the embedding under the heads of AnyECG and Pocket-K, and five diagnostic superclasses of a 10 s ECG.",
        "notForClinicalUse": True, "notForClinicalUseSentence": SENTENCE,
        "exclusions": ["age under 18", "paced rhythm", "shorter than 8 s", "sampled below 250 Hz", "unacceptable signal quality"],
        "ood": {"file": "ood.json", "statistic": "mahalanobis", "p99": export["ood"]["p99"], "p999": export["ood"]["p999"]},
        "assets": [{"file": "ood.json", "sha256": hashlib.sha256((FOLDER / "ood.json").read_bytes()).hexdigest()}],
        "resources": rounded(export["latency"]) | {"threads": 1, "parameters": export["parameters"], "bytes": export["bytes"], "parity": export["parity"], "note": "one 12-lead tracing in Python's ONNX Runtime; by the clock while other work shared the two cores, and processor time"},
    }


if __name__ == "__main__":
    report, export, records = read("report.json"), read("export.json"), load()
    pretraining, head = read(f"{export['name']}.json"), np.load(OUT / "superclass-head.npz")
    model = model_json(report, export, pretraining, head, records)
    write = lambda name, content: (FOLDER / name).write_text(json.dumps(content, indent=2, ensure_ascii=False, default=float) + "\n")
    write("model.json", model)
    write("training-records.json", {"algorithm": "sha256", "of": "the bytes of the record's .dat file", "records": sorted(records.sha256)})
    (HERE / "plots").mkdir(exist_ok=True)
    curve_plot(HERE / "plots" / "pre-training.svg", pretraining["curve"])
    if report:
        gain_plot(HERE / "plots" / "superclasses.svg", report, HEAD)
    (FOLDER / "card.md").write_text(write_card(model, report, export, pretraining))
    print("published", VERSION, export["sha256"][:12])
