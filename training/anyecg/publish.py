"""Write model.json, the assets and card.md of the model folder from the reports in out/: step of `train.py`.

No figure is typed here: all come from out/*.json and out/statements.npz.
"""

import csv
import hashlib
import json
import os
import subprocess

import numpy as np

from baselines import ecgomics_model
from cases import HERE, OUT, PARTS, SEEDS
from encoder import digest
from export import FOLDER, OPSET
from head import DEMOGRAPHY, EMBEDDING, FEATURE, LABELS, STATEMENTS
from real_figures import real_rows, simple_age_sex
from simulators.cohort_people import conditions

VERSION = os.environ.get("ANYECG_VERSION", "1.0.0")
LOCAL, SNOMED = "https://hisbundle.example/fhir/CodeSystem/his-bundle-concepts", "http://snomed.info/sct"
SENTENCE = ("Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on simulated and real data and have "
            "not been validated on patients of this hospital; confirm by the standard test before acting.")
CHAPTER_TITLES = {"rhythm": "Rhythm and conduction", "ischaemic": "Ischaemic heart disease", "myocardial": "Myocardium and valves",
                  "vascular": "Vessels and blood pressure", "respiratory": "Lungs and breathing", "renal": "Kidney and urinary tract",
                  "endocrine": "Endocrine and metabolic", "electrolyte-blood": "Electrolytes and blood", "gastro-hepatic": "Digestive tract and liver",
                  "neuro-mental": "Nervous system and mind", "infection": "Infection and inflammation", "pregnancy-other": "Pregnancy and other",
                  "ecg-statement": "ECG statements"}
STATEMENT_TITLES = {"NORM": "Normal ECG", "MI": "Myocardial infarction pattern", "STTC": "ST-T change", "CD": "Conduction disturbance", "HYP": "Hypertrophy"}
DISPLAYS = {"49436004": "Atrial fibrillation", "22298006": "Myocardial infarction", "84114007": "Heart failure", "60573004": "Aortic stenosis",
            "13645005": "Chronic obstructive lung disease", "73430006": "Sleep apnea", "709044004": "Chronic kidney disease",
            "44054006": "Diabetes mellitus type 2", "14140009": "Hyperkalemia"}
SIMULATED_DATA = "simulated cohort, test people (seed 3003)"


def read(name: str) -> dict:
    return json.loads((OUT / f"{name}.json").read_text())


def write(name: str, content, indent=1) -> None:
    (FOLDER / name).write_text(json.dumps(rounded(content), indent=indent, ensure_ascii=False) + "\n")


def rounded(value, digits=5):
    if isinstance(value, (float, np.floating)):
        return round(float(value), digits)
    if isinstance(value, (list, tuple)):
        return [rounded(v, digits) for v in value]
    return {k: rounded(v, digits) for k, v in value.items()} if isinstance(value, dict) else value


def labels_json() -> dict:
    rows = []
    for c in conditions():
        row = {"key": c.key, "title": c.title, "chapter": c.chapter, "icd10": c.icd10, "data": "real" if c.real else "simulated"}
        if c.coding:
            row["coding"] = {"system": SNOMED, "code": c.coding, "display": DISPLAYS[c.coding]}
        if c.null:
            row["plantedNull"] = True
        if c.real:
            row["hazard"] = False
        rows.append(row | {"test": c.test})
    rows += [{"key": k, "title": STATEMENT_TITLES[k], "chapter": "ecg-statement", "data": "real", "statement": True, "hazard": False} for k in STATEMENTS]
    return {"chapters": [{"key": k, "title": t} for k, t in CHAPTER_TITLES.items()], "labels": rows}


def reliability_rows(report: dict, real: list[dict]) -> list[dict]:
    rows = [{"key": r["key"], "dataName": SIMULATED_DATA, "data": "simulated", "n": r["n"], "positives": r["positives"], "auroc": r["auroc"],
             "aurocCi": r["aurocCi"], "ageSexAuroc": r["base"], "gain": r["gain"], "gainCi": r["gainCi"], "ece": r["ece"],
             **({"subgroupGap": r["subgroupGap"]} if r["subgroupGap"] is not None else {})} for r in report["labels"]]
    return rows + [{k: v for k, v in r.items() if k not in ("eceUncalibrated",)} for r in real]


def reference_json(real: dict) -> dict:
    """Deciles of what the tracing adds (raw log odds) in people without the code: validation people, and PTB-XL held out by fold."""
    from encoder import embed
    from cases import load
    from fit import SIMULATED, Rows
    from served import answer, load_served
    rows = Rows("validation", embed("validation", load("validation").ecg))
    said, out = answer(load_served(), rows), {}
    for j, c in enumerate(conditions()):
        if SIMULATED[j]:
            term = (said["current"] - said["ageSex"])[~rows.coded[:, j], j]
            out[c.key] = {"deciles": np.sort(np.quantile(term, np.arange(1, 10) / 10)).tolist(), "n": int(len(term)), "of": "simulated people without the code"}
    for k, key in enumerate(real["keys"]):
        known = real["labels"][:, k] == 0
        term = (real["raw"] - real["ageSexLogit"])[known, k]
        out[str(key)] = {"deciles": np.quantile(term, np.arange(1, 10) / 10).tolist(), "n": int(known.sum()), "of": "PTB-XL folds 1-8 without the statement, held out by fold"}
    return {"labels": out}


def asset(name: str) -> dict:
    return {"file": name, "sha256": hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}


def coding(key: str) -> list[dict]:
    c = next((c for c in conditions() if c.key == key), None)
    if c is None:
        return [{"system": LOCAL, "code": f"anyecg-{key.lower()}", "display": STATEMENT_TITLES[key]}]
    return [{"system": SNOMED, "code": c.coding, "display": DISPLAYS[c.coding]}] if c.coding else [{"system": LOCAL, "code": f"anyecg-{key}", "display": c.title}]


def metric_rows(report: dict, real: list[dict], lift: dict) -> list[dict]:
    rows = [{"data": r["dataName"], "kind": "real", "n": r["n"], "positives": r["positives"], "label": r["key"], "metric": f"auroc.{r['key']}",
             "value": r["auroc"], "ci": r["aurocCi"], "baseline": {"name": "age-sex", "value": r["ageSexAuroc"], "gain": r["gain"], "gainCi": r["gainCi"]}} for r in real]
    rows += [{"data": SIMULATED_DATA, "kind": "simulated", "n": r["n"], "positives": r["positives"], "label": r["key"], "metric": f"auroc.{r['key']}",
              "value": r["auroc"], "ci": r["aurocCi"], "baseline": {"name": "age-sex", "value": r["base"], "gain": r["gain"], "gainCi": r["gainCi"]},
              "ceiling": r["ceiling"]} for r in report["labels"]]
    s = report["summary"]
    n = report["people"]
    rows += [{"data": SIMULATED_DATA, "kind": "simulated", "n": n, "metric": m, "value": v, "baseline": b} for m, v, b in (
        ("gain.recovered.median", s["recovered"]["median"], None), ("nulls.shown", s["nulls"]["shown"] / s["nulls"]["n"], None),
        ("cIndex.mean", s["cIndex"]["mean"], {"name": "age-sex", "value": s["cIndex"]["ageSexMean"]}),
        ("lift.spearman.joined", lift["spearman"]["lift, joined pairs"], {"name": "raw co-occurrence", "value": lift["spearman"]["raw co-occurrence, joined pairs"]}))]
    return rows


def commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, cwd=HERE).stdout.strip()


def model_json(report, export, training, real, fit, lift, wall) -> dict:
    params = dict(training["calibration"]["params"])
    for k, key in enumerate(fit["keys"]):
        params[str(key)] = {"slope": float(fit["slope"][k]), "intercept": float(fit["intercept"][k])}
    prevalence = dict(training["calibration"]["prevalences"]) | {r["key"]: r["positives"] / r["n"] for r in real}
    labels = [{"key": k, "coding": coding(k), "show": True} for k in LABELS]
    port = lambda name, width, **more: {"name": name, "dtype": "float32", "shape": ["B", width], "axes": ["batch", "feature"], **more}
    return {
        "implements": "anyecg/1", "name": "anyecg", "version": VERSION, "file": "model.onnx", "sha256": export["sha256"], "opset": OPSET, "licence": "Apache-2.0",
        "source": "trained by training/anyecg of this repository; task after AnyECG (arXiv 2601.10748, title to verify), no weights, list or figure taken from it",
        "encoder": {"role": "ecg-encoder/1", "sha256": digest()},
        "inputs": [port("embedding", EMBEDDING), port("age", 1, unit="years/100"), port("sex", 1, unit="0 male, 1 female")],
        "preprocessing": {"id": "hb-ecg-1", "inGraph": True, "params": {"of": "the encoder"}},
        "outputs": [
            {"name": "current", "role": "logit", "shape": ["B", len(LABELS)], "activationInGraph": False, "labels": labels},
            {"name": "ageSex", "role": "logit", "shape": ["B", len(LABELS)], "activationInGraph": False, "labels": labels},
            {"name": "hazard", "role": "hazard", "shape": ["B", len(LABELS), 10], "activationInGraph": True, "labels": []},
            {"name": "ageSexHazard", "role": "hazard", "shape": ["B", len(LABELS), 10], "activationInGraph": True, "labels": []}],
        "calibration": {"method": "platt", "params": params | {"prevalences": prevalence}, "trainPrevalence": prevalence,
                        "n": int(training["people"]["validation"] // 2), "data": "simulated labels: half of the validation people; real labels: out of fold, PTB-XL folds 1-8"},
        "assets": [asset(f) for f in ("labels.json", "reliability.json", "lift.json", "baselines.json", "reference.json")],
        "training": {"kind": "mixed", "seeds": SEEDS, "commit": commit(), "recordsFile": "training-records.json", "wallMinutes": wall,
                     "command": "python training/anyecg/train.py", "epochs": training["epochs"],
                     "data": [{"name": "simulated cohort", "licence": "Apache-2.0", "nPatients": PARTS["train"][1], "nRecords": PARTS["train"][1]},
                              {"name": "PTB-XL folds 1-8 (subset)", "licence": "CC BY 4.0", "nPatients": int(len(np.unique(fit["patient"]))), "nRecords": int(len(fit["patient"]))},
                              {"name": "LUDB 1-150", "licence": "ODC-BY 1.0", "nRecords": int(sum(str(k).startswith("ludb") for k in fit["record"]))}]},
        "metrics": metric_rows(report, real, lift), "subgroups": [],
        "intendedUse": "Research: which conditions one ECG makes more likely than age and sex alone. All non-cardiac labels are simulated and show the machinery, not medicine.",
        "notForClinicalUse": True, "notForClinicalUseSentence": SENTENCE,
        "exclusions": ["age under 18 or over 90", "age or sex unknown", "paced rhythm", "fewer than 8 independent leads", "shorter than 8 s", "sampled below 250 Hz", "signal quality below acceptable"],
        "resources": {"p50Ms": export["latencyMs"]["p50"], "p95Ms": export["latencyMs"]["p95"], "threads": 1, "bytes": export["bytes"],
                      "parameters": training["parameters"], "note": "the head alone, timed in Python while other work shared the two cores"},
        "architecture": {"embedding": EMBEDDING, "demography": DEMOGRAPHY, "feature": FEATURE, "labels": len(LABELS)}}


def add_real_gains(real: list[dict]) -> None:
    """gain.csv of report.py with the labels of real tracings below the simulated ones (no ceiling, no future)."""
    path = HERE / "gain.csv"
    with path.open(newline="") as file:
        head, *rows = [r for r in csv.reader(file)]
    rows = [r for r in rows if r[1] == "simulated"]
    for r in real:
        gap = r.get("subgroupGap")
        figures = [f"{v:.4f}" for v in (r["auroc"], r["ageSexAuroc"], r["gain"], *r["gainCi"])]
        rows.append([r["key"], "real", "no", r["n"], r["positives"], *figures, "", "", f"{r['ece']:.4f}", "" if gap is None else f"{gap:.4f}", "", "", "", "", ""])
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def main() -> None:
    from card import write_card
    report, export, training, lift, leak = (read(n) for n in ("report", "export", "training", "lift", "leak"))
    wall = {k: v["wall"] for k, v in read("wall").items()} if (OUT / "wall.json").exists() else {}
    if len({report["encoder"], export["encoder"], training["encoder"], digest()}) != 1:
        raise SystemExit("the reports are of different encoders")
    with np.load(OUT / "statements.npz") as z:
        fit = {k: z[k] for k in z.files}
    real = real_rows(fit)
    write("labels.json", labels_json())
    write("reliability.json", {"labels": reliability_rows(report, real)})
    write("lift.json", {"pairs": lift["shown"]}, indent=None)
    write("baselines.json", {"ageSex": simple_age_sex(fit), **ecgomics_model()}, indent=None)
    write("reference.json", reference_json(fit), indent=None)
    write("training-records.json", {"algorithm": "sha256", "of": "the bytes of the record's .dat file", "records": sorted(str(h) for h in fit["sha256"])}, indent=0)
    add_real_gains(real)
    model = model_json(report, export, training, real, fit, lift, wall)
    write("model.json", model)
    (FOLDER / "card.md").write_text(write_card(model, report, training, lift, leak, real))
    print("published", VERSION, export["sha256"][:12])


if __name__ == "__main__":
    main()
