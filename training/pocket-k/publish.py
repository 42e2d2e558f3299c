"""Write model.json, site.json, ood.json, training-records.json and card.md of the model folder from the reports in out/.

Usage: python training/pocket-k/publish.py      needs export.py, starts.py, gate_refusals.py and report.py first
No figure is typed here: all come from out/*.json.
"""

import hashlib
import json
import subprocess

from calibration import ALPHA
from card import SENTENCE, write_card
from cases import OUT, PREVALENCE, SEEDS, marked_splits
from export import FOLDER, OPSET, STARTS
from hb_ecg_1 import PARAMS
from network import EMBEDDING, LABELS, MEAN_RANGE, SIGMA_RANGE, THRESHOLDS
from simulators.backgrounds import describe_splits

VERSION = "2.0.0"
LOCAL_SYSTEM = "https://hisbundle.example/fhir/CodeSystem/his-bundle-concepts"
CODINGS = {
    "k-gt-5.5": ("http://snomed.info/sct", "14140009", "Hyperkalemia", "Venous potassium > 5.5 mmol/L within 1 h"),
    "k-ge-6.0": (LOCAL_SYSTEM, "hyperkalaemia-ge-6.0", "Hyperkalaemia, potassium >= 6.0 mmol/L", "Venous potassium >= 6.0 mmol/L within 1 h"),
    "k-gt-6.5": (LOCAL_SYSTEM, "hyperkalaemia-gt-6.5", "Hyperkalaemia, potassium > 6.5 mmol/L", "Venous potassium > 6.5 mmol/L within 1 h"),
    "k-lt-3.5": (LOCAL_SYSTEM, "hypokalaemia-lt-3.5", "Hypokalaemia, potassium < 3.5 mmol/L", "Venous potassium < 3.5 mmol/L within 1 h"),
}
BANDED = ("k-gt-5.5", "k-ge-6.0")
DATA_NOTE = "development: potassium simulated on real Lead I of people kept out of training"
LICENCES = {"ptbxl": ("PTB-XL folds 1-8 (subset)", "CC BY 4.0"), "ludb": ("LUDB 1-150", "ODC-BY 1.0")}


def read(name: str) -> dict:
    return json.loads((OUT / name).read_text())


def write(name: str, content: dict) -> None:
    (FOLDER / name).write_text(json.dumps(content, indent=2, ensure_ascii=False, default=float) + "\n")


def rounded(value, digits=4):
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list):
        return [rounded(v, digits) for v in value]
    return {k: rounded(v, digits) for k, v in value.items()} if isinstance(value, dict) else value


def metric_rows(report: dict) -> list[dict]:
    """Served output over all cases first, then baselines and ceiling beside it."""
    table = {(r["label"], r["metric"], r["reader"]): r for r in report["discrimination"]}
    rows = []
    for (label, metric, reader), r in table.items():
        if reader != "pocket-k":
            continue
        base = table[label, metric, "logistic"]
        ceilings = {which: table.get((label, metric, f"ceiling {which}")) for which in ("single", "paired", "mix", "told")}
        rows.append(rounded({
            "data": DATA_NOTE, "kind": "simulated", "n": report["cases"], "patients": report["patients"],
            "positives": report["positives"][label], "label": label, "metric": metric, "value": r["value"], "ci": r["ci"],
            "baseline": {"name": "logistic", "value": base["value"], "ci": base["ci"]},
            "alone": table[label, metric, "pocket-k, none with reference"]["value"], "paired": table[label, metric, "pocket-k, all with reference"]["value"],
            "ceilings": {which: {"value": c["value"], "ci": c["ci"]} for which, c in ceilings.items() if c}, "seed": SEEDS["test"]}))
    for label, c in report["calibration"]["labels"].items():
        rows.append(rounded({
            "data": DATA_NOTE, "kind": "simulated", "n": report["cases"], "patients": report["patients"],
            "positives": report["positives"][label], "label": label, "metric": "expected calibration error",
            "value": c["ece"], "ci": c["eceCi"], "baseline": {"name": "uncalibrated", "value": c["eceUncalibrated"]}}))
    c = report["calibration"]
    rows.append(rounded({"data": DATA_NOTE, "kind": "simulated", "n": report["cases"], "patients": report["patients"],
                         "metric": "coverage of the 90 % interval", "value": c["coverage90"], "ci": c["coverage90Ci"], "baseline": None}))
    return rows


def source_of(training: dict) -> str:
    start = f"its trunk started from {training['encoder']} (sha256 {training['encoderSha256'][:12]})" if training["encoder"] else "trained from scratch"
    return f"{start}, by training/pocket-k of this repository; task after Pocket-K (arXiv 2603.14177, title to verify), no weights taken from it"


def calibration_json(report: dict, training: dict) -> dict:
    """One beta curve per label, on the probability of the graph; the runtime applies it and orders the risks again."""
    return {
        "method": "beta",
        "params": {**report["calibrationParams"], "prevalences": {k: v for k, v in PREVALENCE.items() if v}},
        "inGraphBefore": {"temperatureOfSigma": {"withoutReference": training["temperature"][0], "withReference": training["temperature"][1]}},
        "trainPrevalence": PREVALENCE["k-gt-5.5"], "n": report["validation"]["cases"], "patients": report["validation"]["patients"],
        "data": "simulated potassium on real Lead I of validation people, weighted to the natural mix; not real potassium"}


def model_json(report: dict, export: dict, training: dict, splits: dict, ood_sha256: str) -> dict:
    counts = describe_splits(splits)
    shown = {label: d["show"] for label, d in report["shown"].items()} | {"k-gt-6.5": False}
    return {
        "implements": "pocket-k/1", "name": "pocket-k", "version": VERSION, "file": "model.onnx",
        "sha256": export["sha256"], "opset": OPSET, "licence": "Apache-2.0", "source": source_of(training),
        "inputs": [{"name": "ecg", "dtype": "float32", "shape": ["B", 1, 5000], "axes": ["batch", "lead", "time"], "unit": "mV",
                    "rateHz": 500, "leads": ["I"]},
                   {"name": "ref", "dtype": "float32", "shape": ["B", EMBEDDING], "axes": ["batch", "embedding"],
                    "meaning": "embedding of the person's own reference tracing (mean of its clips), run with ref 0 and ref_flag 0; zeros if none"},
                   {"name": "ref_flag", "dtype": "float32", "shape": ["B", 1], "axes": ["batch", "flag"], "meaning": "1: ref is there; 0: ref is not read"}],
        "preprocessing": {"id": "hb-ecg-1", "inGraph": True, "params": PARAMS},
        "outputs": [
            {"name": "mean", "role": "mean", "shape": ["B", 1], "unit": "mmol/L", "range": list(MEAN_RANGE), "activationInGraph": True, "labels": []},
            {"name": "logSigma", "role": "logSigma", "shape": ["B", 1], "unit": "ln(mmol/L)", "activationInGraph": True, "labels": [],
             "sigmaRangeBeforeTemperature": list(SIGMA_RANGE)},
            {"name": "probability", "role": "probability", "shape": ["B", 4], "activationInGraph": True, "labels": [
                {"key": key, "coding": [{"system": CODINGS[key][0], "code": CODINGS[key][1], "display": CODINGS[key][2]}],
                 "thresholdMmolPerL": t, "rationale": CODINGS[key][3], "show": shown[key]}
                for key, t in zip(LABELS, THRESHOLDS)]},
            {"name": "embedding", "role": "embedding", "shape": ["B", EMBEDDING], "activationInGraph": True, "labels": []},
        ],
        "aggregation": {"clips": "mean"},
        "calibration": calibration_json(report, training),
        "conformal": {"alpha": ALPHA, "quantiles": {"interval": report["conformalQuantile"]}, "of": "|K - mean| / sigma, validation people, natural mix"},
        "ood": {"file": "ood.json", "statistic": "mahalanobis", "p99": report["ood"]["p99"], "p999": report["ood"]["p999"], "n": report["ood"]["n"]},
        "assets": [{"file": "ood.json", "sha256": ood_sha256}],
        "training": {
            "kind": "semi-synthetic",
            "data": [{"name": LICENCES[s][0], "licence": LICENCES[s][1], "nPatients": counts["train"][s]["patients"],
                      "nRecords": counts["train"][s]["records"], "validationPatients": counts["validation"][s]["patients"],
                      "ownTestPatients": counts["test"][s]["patients"]} for s in LICENCES],
            "seeds": SEEDS, "commit": commit(), "recordsFile": "training-records.json",
            "simulatedCasesSeen": training["casesSeen"], "encoder": training["encoder"], "encoderSha256": training["encoderSha256"], "minutes": round(training["minutes"], 1), "command": training["command"]},
        "metrics": metric_rows(report),
        "subgroups": rounded(report["subgroups"]),
        "intendedUse": "Research: rank who needs a potassium test first, from one 10 s or 30 s Lead I tracing, with the person's own reference tracing where there is one. Never a potassium result.",
        "notForClinicalUse": True, "notForClinicalUseSentence": SENTENCE,
        "exclusions": ["age under 18", "paced rhythm", "ventricular tachycardia or more than 30 % ectopic beats", "no Lead I",
                       "shorter than 8 s", "sampled below 250 Hz", "unacceptable signal quality", "RR-only devices"],
        "resources": {"p50Ms": round(report["latencyMs"]["tracing"]["p50"], 2), "p95Ms": round(report["latencyMs"]["tracing"]["p95"], 2),
                      "strip30sP95Ms": round(report["latencyMs"]["strip"]["p95"], 2), "threads": 1, "parameters": training["parameters"], "bytes": export["bytes"],
                      "note": "timed in Python while other work shared the two cores"},
    }


def site_json(report: dict, export: dict) -> dict:
    points, chosen = report["operatingPoints"], report["thresholds"]

    def point(label: str) -> dict:
        p = points[label]
        keys = ("sensitivity", "specificity", "ppv", "npv", "fractionRuledOut")
        return {"threshold": p["threshold"], "assumedPrevalence": PREVALENCE[label], **{k: p[k] for k in keys},
                "ci": {k: p[f"{k}Ci"] for k in keys}}

    def bands(label: str) -> dict:
        low = points[label]["lowBand"]
        return {"lowBelow": chosen[label]["lowBelow"], "highFrom": chosen[label]["highFrom"],
                "low": {"npv": low["npv"], "sensitivity": low["sensitivity"], "fractionRuledOut": low["fractionRuledOut"]}}

    return rounded({
        "module": "pocket-k", "model": {"name": "pocket-k", "version": VERSION, "sha256": export["sha256"]},
        "assumedPrevalence": PREVALENCE["k-gt-5.5"],
        "operatingPoint": "k-gt-5.5",
        "operatingPoints": {label: point(label) for label in BANDED},
        "bands": {label: bands(label) for label in BANDED},
        "topBand": {"label": "k-ge-6.0", "from": chosen["k-ge-6.0"]["topFrom"], "neverSuppressed": True},
        "alertPolicy": {
            "raiseOn": [{"label": "k-ge-6.0", "band": "high"}, {"label": "k-gt-5.5", "band": "high", "and": "last potassium > 5.5 mmol/L"}],
            "suppressOn": {"potassium": [3.5, 5.0], "minutesBefore": 30, "minutesAfter": 60}},
        "origin": {
            "thresholds": "validation people, simulated potassium: highFrom at specificity .95 (> 5.5) and .97 (>= 6.0), topFrom at .99, lowBelow at NPV = 1 - prevalence/2; on calibrated probabilities",
            "figures": f"own-test people, simulated potassium, n {report['cases']}, {report['patients']} patients; replace by your own evaluation"},
    }, 7)


def commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, cwd=FOLDER)
    return found.stdout.strip()


def records_json(splits: dict) -> dict:
    """Content hashes of what must be left out of an evaluation: training and validation. Own test is named apart."""
    return {
        "algorithm": "sha256", "of": "the bytes of the record's .dat file",
        "records": sorted(b.sha256 for part in ("train", "validation") for b in splits[part]),
        "ownTest": sorted(b.sha256 for b in splits["test"]),
    }


def write_ood(report: dict) -> str:
    """ood.json with the digits that a float32 embedding deserves. -> sha256 of its bytes"""
    asset = report["ood"]["asset"]
    content = json.dumps({"statistic": asset["statistic"], "covariance": f"Ledoit-Wolf, shrinkage {asset['shrinkage']:.4f}",
                          "mean": [round(v, 7) for v in asset["mean"]], "whitening": [[float(f"{v:.7g}") for v in row] for row in asset["whitening"]]}) + "\n"
    (FOLDER / "ood.json").write_text(content)
    return hashlib.sha256(content.encode()).hexdigest()


if __name__ == "__main__":
    parts, _ = marked_splits()
    reports = {name: read(f"{name}.json") for name in ("report", "export", "ceiling")}
    reports["training"] = read(f"{reports['export']['name']}.json")
    reports["starts"] = {name: read(f"{name}.json") for name in STARTS if (OUT / f"{name}.json").exists()}
    reports["strangers"], reports["gate"] = read("starts.json"), read("gate.json")
    write("training-records.json", records_json(parts))
    model = model_json(reports["report"], reports["export"], reports["training"], parts, write_ood(reports["report"]))
    site = site_json(reports["report"], reports["export"])
    write("model.json", model)
    write("site.json", site)
    (FOLDER / "card.md").write_text(write_card(model, site, reports, describe_splits(parts)))
    print("published", VERSION, reports["export"]["sha256"][:12])
