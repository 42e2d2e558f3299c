"""Score the exported model on the own-test people and write out/report.json; every figure of the card comes from it.

Usage: python training/pocket-k/report.py        about 5 minutes; needs cases.py, ceiling_curve.py, train.py, export.py
Simulated potassium on real Lead I of people that neither training nor validation saw. Cases are drawn from the
balanced mix and weighted to the natural one (2 % > 5.5, .7 % >= 6.0, 3 % < 3.5 mmol/L measured).
"""

import json
import sys
import time

import numpy as np
from scipy.stats import binomtest, norm

from baselines import feature_table, fit_logistic
from cases import OUT, POSITIVE, PREVALENCE, load_cases, marked_splits
from metrics import (at_prevalence, auroc, brier, clustered, expected_calibration_error, operating_point, rule_out,
                     rule_out_threshold, specificity_threshold)
from network import LABELS
from shipped import Shipped
from sham_probe import run_probes

JUDGED = ("k-gt-5.5", "k-ge-6.0", "k-lt-3.5")
ALERT_SPECIFICITY = {"k-gt-5.5": 0.95, "k-ge-6.0": 0.97, "k-lt-3.5": 0.95}
TOP_SPECIFICITY = 0.99
BASELINE_FIT_CASES = 12_000
AGE_BANDS = ((0, 30), (30, 50), (50, 65), (65, 75), (75, 85), (85, 130))
STARTED = time.time()


def say(line: str) -> None:
    print(f"[{time.time() - STARTED:4.0f} s] {line}", flush=True)


def choose_thresholds(held: dict, score: np.ndarray) -> dict:
    """From validation people only: low band (NPV = 1 - half the prevalence), alarm and top-band thresholds."""
    chosen = {}
    for label in JUDGED:
        s, y, w = score[:, LABELS.index(label)], POSITIVE[label](held["measured"]), held["weights"]
        chosen[label] = {"highFrom": specificity_threshold(s, y, w, ALERT_SPECIFICITY[label]),
                         "lowBelow": rule_out_threshold(s, y, w, 1 - PREVALENCE[label] / 2, PREVALENCE[label])}
    s, y = score[:, LABELS.index("k-ge-6.0")], POSITIVE["k-ge-6.0"](held["measured"])
    chosen["k-ge-6.0"]["topFrom"] = specificity_threshold(s, y, held["weights"], TOP_SPECIFICITY)
    return chosen


def baseline_scores(train: dict, test: dict) -> dict:
    """label -> {name: score on test}. Fitted on a part of the training cases, classes balanced."""
    say("measuring waves for the baselines")
    part = np.arange(BASELINE_FIT_CASES)
    table, test_table = feature_table(train["ecg"][part]), feature_table(test["ecg"])
    out = {}
    for label in JUDGED:
        positive = POSITIVE[label](train["measured"][part])
        weight = at_prevalence(positive, train["weights"][part], 0.5)
        out[label] = {name: fit_logistic(table, positive, weight, quadratic).predict_proba(test_table)[:, 1]
                      for name, quadratic in (("logistic", False), ("logistic with squares and products", True))}
        out[label]["random"] = np.random.default_rng(3003).random(len(test_table))
    return out


def discrimination(test: dict, score: np.ndarray, baselines: dict, ceiling: dict) -> list[dict]:
    rows, people, w = [], test["patients"], test["weights"]
    for label in JUDGED:
        y = POSITIVE[label](test["measured"])
        own = score[:, LABELS.index(label)]
        readers = {"pocket-k": own, **baselines[label], "ceiling": ceiling[label]}
        for name, s in readers.items():
            value, interval = clustered(auroc, people, s, y, w)
            rows.append({"label": label, "reader": name, "metric": "auroc", "value": value, "ci": interval})
            say(f"{label} AUROC {name}: {value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]")
        for name in ("logistic", "logistic with squares and products"):
            gain = lambda a, b, yy, ww: auroc(a, yy, ww) - auroc(b, yy, ww)
            value, interval = clustered(gain, people, own, baselines[label][name], y, w)
            rows.append({"label": label, "reader": f"pocket-k minus {name}", "metric": "auroc difference", "value": value, "ci": interval})
            say(f"{label} AUROC minus {name}: {value:+.3f} [{interval[0]:+.3f}, {interval[1]:+.3f}]")
    y = POSITIVE["k-gt-5.5"](test["measured"])
    for npv in (0.99, 0.995):
        metric = lambda s, yy, ww: rule_out(s, yy, ww, npv, 0.02)
        for name, s in {"pocket-k": score[:, 0], **baselines["k-gt-5.5"], "ceiling": ceiling["k-gt-5.5"]}.items():
            value, interval = clustered(metric, people, s, y, w)
            rows.append({"label": "k-gt-5.5", "reader": name, "metric": f"fraction ruled out at NPV {npv}", "value": value, "ci": interval})
            say(f"k-gt-5.5 ruled out at NPV {npv} {name}: {value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]")
    return rows


def calibration(test: dict, out: dict, temperature: float) -> dict:
    w, k = test["weights"], test["measured"]
    result = {"labels": {}}
    raw = {"k-gt-5.5": norm.sf(5.5, out["mean"], out["sigma"] / temperature),
           "k-ge-6.0": norm.sf(6.0, out["mean"], out["sigma"] / temperature),
           "k-lt-3.5": norm.cdf(3.5, out["mean"], out["sigma"] / temperature)}
    for label in JUDGED:
        p, y = out["probability"][:, LABELS.index(label)], POSITIVE[label](k)
        value, interval = clustered(expected_calibration_error, test["patients"], p, y, w)
        result["labels"][label] = {
            "ece": value, "eceCi": interval, "eceTemperatureOne": expected_calibration_error(raw[label], y, w),
            "brier": brier(p, y, w), "brierConstant": brier(np.full(len(p), np.average(y, weights=w)), y, w),
            "meanPredicted": float(np.average(p, weights=w)), "observed": float(np.average(y, weights=w))}
    half = 1.6448536 * out["sigma"]
    inside = (np.abs(k - out["mean"]) <= half).astype(float)
    covered = lambda a, ww: float(np.average(a, weights=ww))
    value, interval = clustered(covered, test["patients"], inside, w)
    result["coverage90"], result["coverage90Ci"] = value, interval
    p = out["probability"]
    result["ordered"] = float(np.mean((p[:, 0] >= p[:, 1]) & (p[:, 1] >= p[:, 2])))
    return result


def subgroup_rows(test: dict, score: np.ndarray, threshold: float, rhythm: np.ndarray) -> list[dict]:
    """AUROC, sensitivity, specificity at the operating point for > 5.5 by group; small groups without a metric."""
    conditions = [l.conditions for l in test["latents"]]
    groups = {f"sex={s}": test["sex"] == s for s in ("female", "male")}
    groups |= {f"age={a}-{b - 1}": (test["age"] >= a) & (test["age"] < b) for a, b in AGE_BANDS}
    groups |= {f"simulated {c}": np.array([c in x for x in conditions]) for c in ("ckd", "heart-failure", "raised-rate")}
    groups |= {"no simulated condition": np.array([not x for x in conditions]), "fibrillation or flutter": rhythm,
               "source=ptbxl": np.char.startswith(test["keys"].astype(str), "ptbxl"),
               "source=ludb": np.char.startswith(test["keys"].astype(str), "ludb")}
    y, w, rows = POSITIVE["k-gt-5.5"](test["measured"]), test["weights"], []
    for name, inside in groups.items():
        n, people = int(inside.sum()), len(set(test["patients"][inside]))
        row = {"group": name, "n": n, "patients": people, "positives": int(y[inside].sum())}
        if people >= 5:
            row["auroc"], row["ci"] = clustered(auroc, test["patients"][inside], score[inside], y[inside], w[inside])
            point = operating_point(score[inside], y[inside], w[inside], threshold, 0.02)
            row |= {"sensitivity": point["sensitivity"], "specificity": point["specificity"], "falseHigh": 1 - point["specificity"]}
        rows.append(row)
    return rows


def real_tracings(backgrounds: list, out: dict, chosen: dict) -> dict:
    """Untouched own-test tracings, potassium unknown: how often would the module alarm?"""
    alarm = out["probability"][:, 0] >= chosen["k-gt-5.5"]["highFrom"]
    interval = binomtest(int(alarm.sum()), len(alarm)).proportion_ci()  # exact; a bootstrap of no alarms has no width
    return {"tracings": len(alarm), "alarms": int(alarm.sum()), "rate": float(alarm.mean()), "ci": [interval.low, interval.high],
            "alarmed": [b.key for b, a in zip(backgrounds, alarm) if a]}


if __name__ == "__main__":
    splits, marks = marked_splits()
    test, held, train = (load_cases(p) for p in ("test", "validation", "train"))
    model, scored = Shipped(), {}
    for name, cases in (("validation", held), ("test", test)):
        scored[name] = model(cases["ecg"] / 1000.0, lambda line, n=name: say(f"{n}: {line}"))
    chosen = choose_thresholds(held, scored["validation"]["probability"])
    score = scored["test"]["probability"]
    points = {}
    for label in JUDGED:
        y, s = POSITIVE[label](test["measured"]), score[:, LABELS.index(label)]
        points[label] = operating_point(s, y, test["weights"], chosen[label]["highFrom"], PREVALENCE[label])
        for key in ("sensitivity", "specificity", "npv", "ppv", "fractionRuledOut"):
            metric = lambda a, b, ww, kk=key, ll=label: operating_point(a, b, ww, chosen[ll]["highFrom"], PREVALENCE[ll])[kk]
            points[label][f"{key}Ci"] = clustered(metric, test["patients"], s, y, test["weights"])[1]
        points[label]["lowBand"] = operating_point(s, y, test["weights"], chosen[label]["lowBelow"], PREVALENCE[label])
    files = np.load(OUT / "ceiling-scores.npz")
    ceiling = {label: files[label.replace(".", "_")] for label in JUDGED}
    rhythm_of = {b.key: b.rhythm_without_p for b in splits["test"]}
    training = json.loads((OUT / "pocket-k.json").read_text())
    milliseconds = 1000 * np.array(model.seconds)
    result = {
        "command": " ".join(["python training/pocket-k/report.py", *sys.argv[1:]]),
        "cases": len(score), "patients": len(set(test["patients"])),
        "validation": {"cases": len(held["measured"]), "patients": len(set(held["patients"]))},
        "positives": {l: int(POSITIVE[l](test["measured"]).sum()) for l in JUDGED},
        "thresholds": chosen, "operatingPoints": points,
        "latencyMs": {"p50": float(np.percentile(milliseconds, 50)), "p95": float(np.percentile(milliseconds, 95)), "shared": True},
        "calibration": calibration(test, scored["test"], training["temperature"]),
        "subgroups": subgroup_rows(test, score[:, 0], chosen["k-gt-5.5"]["highFrom"],
                                   np.array([rhythm_of[k] for k in test["keys"]])),
        "real": real_tracings(splits["test"], model(np.array([b.leads["I"] for b in splits["test"]])), chosen),
        "sham": run_probes(splits, marks, lambda ecg: model(ecg)["embedding"]),
    }
    for row in result["sham"]:
        say(f"sham probe, {row['probe']}: AUROC {row['auroc']:.3f} [{row['ci'][0]:.3f}, {row['ci'][1]:.3f}]")
    result["discrimination"] = discrimination(test, score, baseline_scores(train, test), ceiling)
    (OUT / "report.json").write_text(json.dumps(result, indent=1, default=float))
    say("written out/report.json")
