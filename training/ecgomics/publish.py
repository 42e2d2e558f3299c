"""Write model.json, training-records.json and card.md of the model folder from the reports in out/.

Usage: python training/ecgomics/publish.py      needs export.py and report.py first
No figure is typed here: all come from out/*.json.
"""

import json
import subprocess

from card import CUT, SENTENCE, write_card
from data import OUT, SEEDS
from export import FOLDER, OPSET
from hb_ecg_1d import PARAMS
from network import LABELS, LEAST_SCALE_MV, WINDOW

VERSION = "1.0.0"
UNITS = {"f1": "1", "sdMs": "ms", "meanMs": "ms", "falseP": "1"}
DATA = "development: LUDB 131-150 with the recipe trained on 1-130; the shipped weights saw 1-150"


def read(name: str) -> dict:
    return json.loads((OUT / name).read_text())


def metric_rows(report: dict) -> list[dict]:
    held = report["development"]
    rows = [{"data": DATA, "kind": "real", "n": held["records"], "patients": held["records"], "metric": name, "value": round(m["value"], 4),
             "ci": [round(v, 4) for v in m["ci"]], "unit": UNITS[name.split(".")[-1]], "baseline": None, "seed": SEEDS["train"]}
            for name, m in held["metrics"].items() if name != "falseP"]
    f = report["fibrillation"]
    rows += [{"data": f"LUDB 1-150, fibrillation and flutter, {CUT}", "kind": "real", "n": f["records"], "patients": f["records"],
              "metric": name, "value": round(f[key]["value"], 4), "ci": [round(v, 4) for v in f[key]["ci"]], "unit": "1", "baseline": None}
             for name, key in (("falseP.perBeatAndLead.network", "network"), ("falseP.perBeatAndLead.withAbsentRule", "served"))]
    return rows


def model_json(report: dict, export: dict, final: dict) -> dict:
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    return {
        "implements": "ecg-delineator/1", "name": "ecg-delineator", "version": VERSION, "file": "model.onnx", "sha256": export["sha256"],
        "opset": OPSET, "licence": "Apache-2.0", "source": "trained from scratch by training/ecgomics of this repository",
        "inputs": [{"name": "ecg", "dtype": "float32", "shape": ["B", 1, WINDOW], "axes": ["batch", "lead", "time"], "unit": "mV", "rateHz": 250, "leads": ["any"]}],
        "preprocessing": {"id": "hb-ecg-1d", "inGraph": True, "params": PARAMS | {"thenDividedBy": "mean absolute value of the window", "leastScaleMv": LEAST_SCALE_MV}},
        "outputs": [{"name": "logits", "role": "logit", "shape": ["B", len(LABELS), WINDOW], "activationInGraph": False,
                     "labels": [{"key": key, "coding": [], "show": False} for key in LABELS]}],
        "aggregation": {"clips": "mean"}, "calibration": {"method": "none"},
        "training": {"kind": "mixed", "data": [
            {"name": "LUDB 1-150", "licence": "ODC-BY 1.0", "nPatients": len(final["records"]), "nRecords": len(final["records"]), "nLeads": final["leads"]},
            {"name": "simulated leads (training/simulators/ecg12.py)", "licence": "Apache-2.0", "nPatients": 0, "nRecords": final["simulatedLeads"] // 12, "nLeads": final["simulatedLeads"]}],
            "seeds": SEEDS, "commit": commit, "recordsFile": "training-records.json", "epochs": final["epochs"],
            "minutes": round(final["history"][-1]["minutes"], 1), "command": "python training/ecgomics/train.py --part final"},
        "metrics": metric_rows(report), "subgroups": [],
        "intendedUse": "Research: P, QRS and T of one ECG lead for interval measurement beside a classical delineation. Never a diagnosis.",
        "notForClinicalUse": True, "notForClinicalUseSentence": SENTENCE,
        "exclusions": ["sampled below 250 Hz", "shorter than 8 s", "unacceptable signal quality", "children (none under 11 years in the training data)", "blocked P waves: only P that precedes a beat is reported"],
        "resources": {**export["latency"], "threads": 1, "parameters": export["parameters"], "bytes": export["bytes"], "parity": export["parity"],
                      "note": "processor time of 12 leads x 10 s in Python's ONNX Runtime"},
    }


def write(name: str, content: dict) -> None:
    (FOLDER / name).write_text(json.dumps(content, indent=2, ensure_ascii=False, default=float) + "\n")


if __name__ == "__main__":
    report, export, final = read("report.json"), read("export.json"), read("final.json")
    if export["part"] != "final":
        raise SystemExit("out/export.json is not of the final network")
    model = model_json(report, export, final)
    write("model.json", model)
    write("training-records.json", {"algorithm": "sha256", "of": "the bytes of the record's .dat file", "records": report["trainingRecords"]})
    (FOLDER / "card.md").write_text(write_card(model, report, export, final))
    print("published", model["sha256"][:12])
