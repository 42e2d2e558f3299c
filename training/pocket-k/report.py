"""Score the exported model on the own-test people and write out/report.json; every figure of the card comes from it.

Usage: python training/pocket-k/report.py        about 8 minutes; needs cases.py, ceiling_curve.py, train.py, export.py
Simulated potassium on real Lead I of people that neither training nor validation saw. Cases are drawn from the
balanced mix and weighted to the natural one (2 % > 5.5, .7 % >= 6.0, 3 % < 3.5 mmol/L measured). A random half of the
cases has the person's own reference tracing; `all with reference` and `none with reference` are the same cases read both ways.
"""

import json
import sys
import time

import numpy as np
import torch

from calibration import beta_of, calibrate, conformal_quantile, fit_beta
from cases import OUT, POSITIVE, PREVALENCE, load_cases, marked_splits, natural_weights
from export import STARTS, load_network
from metrics import (auroc, brier, clustered, expected_calibration_error, interval_of, operating_point, resampled_aurocs,
                     rule_out_threshold, specificity_threshold)
from network import LABELS, PocketK
from occlusion import paired_rows, planted_rows
from out_of_distribution import OOD_CASES, distances, fit, verdicts
from readers import JUDGED, baseline_scores, ceiling_scores, compare, first_version_scores
from real_tracings import alarms, two_tracings
from robustness import robustness_rows
from sham_probe import run_probes
from shipped import Shipped
from strips import strip_figures
from train import predict

ALERT_SPECIFICITY = {"k-gt-5.5": 0.95, "k-ge-6.0": 0.97, "k-lt-3.5": 0.95}
TOP_SPECIFICITY = 0.99
ROBUSTNESS_EVERY = 10
TEST_DRAWS = 50  # of each own-test record; its cases come in turn
STRIP_DRAWS = 10
POINT_DRAWS = 300
AGE_BANDS = ((0, 30), (30, 50), (50, 65), (65, 75), (75, 85), (85, 130))
WIDE_QRS_MS = 120
STARTED = time.time()


def say(line: str) -> None:
    print(f"[{time.time() - STARTED:4.0f} s] {line}", flush=True)


def first(cases: dict, n: int) -> dict:
    """The first n cases, weighted to the natural mix by themselves."""
    part = {name: value[:n] for name, value in cases.items()}
    return part | {"weights": natural_weights(part["latents"])}


class Reader:
    """The shipped graph with its calibration: embeddings by ONNX Runtime, heads of one embedding with and without reference."""

    def __init__(self, model: Shipped, network: PocketK):
        self.model, self.network, self.params = model, network, None

    def score(self, cases: dict) -> None:
        """Adds embedding, refEmbedding and the graph's answers `alone`, `paired`, `mix` to the cases."""
        cases["embedding"] = self.model(cases["ecg"][:, :5000])["embedding"]
        cases["refEmbedding"] = self.model(cases["reference"])["embedding"]
        n = len(cases["measured"])
        for name, flag in (("alone", np.zeros(n)), ("paired", np.ones(n)), ("mix", cases["referenced"])):
            cases[name] = self.heads(cases["embedding"], cases["refEmbedding"], flag)

    def heads(self, embedding: np.ndarray, ref: np.ndarray, flag: np.ndarray) -> dict:
        with torch.no_grad():
            e, r = torch.from_numpy(embedding), torch.from_numpy(ref)
            mean, sigma = self.network.distribution(e, r, torch.tensor(np.asarray(flag, np.float32))[:, None])
            p = self.network.probabilities(mean.double(), sigma.double()).float()
        return {"mean": mean[:, 0].numpy().astype(float), "sigma": sigma[:, 0].numpy().astype(float), "probability": p.numpy().astype(float)}

    def served(self, ecg, ref=None, flag=None) -> np.ndarray:
        """Calibrated and ordered [n, 4]."""
        return calibrate(self.model(ecg, ref, flag)["probability"], self.params)


def choose_thresholds(held: dict, served: np.ndarray) -> dict:
    """From validation people only: low band (NPV = 1 - half the prevalence), alarm and top-band thresholds."""
    chosen = {}
    for label in JUDGED:
        s, y, w = served[:, LABELS.index(label)], POSITIVE[label](held["measured"]), held["weights"]
        chosen[label] = {"highFrom": specificity_threshold(s, y, w, ALERT_SPECIFICITY[label]),
                         "lowBelow": rule_out_threshold(s, y, w, 1 - PREVALENCE[label] / 2, PREVALENCE[label])}
    s, y = served[:, LABELS.index("k-ge-6.0")], POSITIVE["k-ge-6.0"](held["measured"])
    chosen["k-ge-6.0"]["topFrom"] = specificity_threshold(s, y, held["weights"], TOP_SPECIFICITY)
    return chosen


def halves_of_people(patients: np.ndarray) -> np.ndarray:
    people = np.unique(patients)
    first = np.random.default_rng(2002).permutation(people)[: len(people) // 2]
    return np.isin(patients, first)


def cross_fitted(held: dict, label: str) -> np.ndarray:
    """Calibrated P on validation people, each half by the other half's curve."""
    p, y, half = held["mix"]["probability"][:, LABELS.index(label)], POSITIVE[label](held["measured"]), halves_of_people(held["patients"])
    out = np.empty(len(p))
    for inside in (half, ~half):
        out[inside] = beta_of(p[inside], fit_beta(p[~inside], y[~inside], held["weights"][~inside]))
    return out


def shown(held: dict) -> dict:
    """Per label: is the calibrated P better than a constant on validation people (Brier, cross-fitted, interval above 0)?"""
    out = {}
    for label in JUDGED:
        y, w = POSITIVE[label](held["measured"]), held["weights"]
        gain = lambda p, yy, ww: brier(np.full(len(p), np.average(yy, weights=ww)), yy, ww) - brier(p, yy, ww)
        value, interval = clustered(gain, held["patients"], cross_fitted(held, label), y, w, draws=POINT_DRAWS)
        out[label] = {"brierGain": value, "ci": interval, "show": interval[0] > 0}
    return out


def calibration(test: dict, served: np.ndarray, quantile: float) -> dict:
    w, k, raw, people = test["weights"], test["measured"], test["mix"]["probability"], test["patients"]
    result = {"labels": {}}
    for label in JUDGED:
        i, y = LABELS.index(label), POSITIVE[label](k)
        value, interval = clustered(expected_calibration_error, people, served[:, i], y, w, draws=POINT_DRAWS)
        result["labels"][label] = {
            "ece": value, "eceCi": interval, "eceUncalibrated": expected_calibration_error(raw[:, i], y, w),
            "brier": brier(served[:, i], y, w), "brierConstant": brier(np.full(len(y), np.average(y, weights=w)), y, w),
            "meanPredicted": float(np.average(served[:, i], weights=w)), "observed": float(np.average(y, weights=w))}
        for name, inside in (("without reference", ~test["referenced"]), ("with reference", test["referenced"])):
            result["labels"][label][f"ece {name}"] = expected_calibration_error(served[inside, i], y[inside], w[inside])
    inside = (np.abs(k - test["mix"]["mean"]) <= quantile * test["mix"]["sigma"]).astype(float)
    covered = lambda a, ww: float(np.average(a, weights=ww))
    result["coverage90"], result["coverage90Ci"] = clustered(covered, people, inside, w, draws=POINT_DRAWS)
    gaussian = (np.abs(k - test["mix"]["mean"]) <= 1.6448536 * test["mix"]["sigma"]).astype(float)
    result["coverage90Gaussian"] = covered(gaussian, w)
    result["medianIntervalWidth"] = {name: float(2 * quantile * np.median(test["mix"]["sigma"][m]))
                                     for name, m in (("without reference", ~test["referenced"]), ("with reference", test["referenced"]))}
    result["ordered"] = float(np.mean((served[:, 0] >= served[:, 1]) & (served[:, 1] >= served[:, 2]) & (served[:, 0] + served[:, 3] <= 1 + 1e-9)))
    return result


def subgroup_rows(test: dict, score: np.ndarray, threshold: float, backgrounds: dict, marks: dict) -> list[dict]:
    """AUROC, sensitivity, specificity at the operating point for > 5.5 by group; small groups without a metric."""
    conditions = [l.conditions for l in test["latents"]]
    qrs = np.array([2 * (marks[k].offsets["qrs_off"] - marks[k].offsets["qrs_on"]) * l.total_effect["qrs_width"] for k, l in zip(test["keys"], test["latents"])])
    groups = {f"sex={s}": test["sex"] == s for s in ("female", "male")}
    groups |= {f"age={a}-{b - 1}": (test["age"] >= a) & (test["age"] < b) for a, b in AGE_BANDS}
    groups |= {f"simulated {c}": np.array([c in x for x in conditions]) for c in ("ckd", "heart-failure", "raised-rate")}
    groups |= {"no simulated condition": np.array([not x for x in conditions]), f"QRS > {WIDE_QRS_MS} ms": qrs > WIDE_QRS_MS,
               "fibrillation or flutter": np.array([backgrounds[k].rhythm_without_p for k in test["keys"]]),
               "with reference": test["referenced"], "without reference": ~test["referenced"],
               "source=ptbxl": np.char.startswith(test["keys"].astype(str), "ptbxl"),
               "source=ludb": np.char.startswith(test["keys"].astype(str), "ludb")}
    y, w, rows = POSITIVE["k-gt-5.5"](test["measured"]), test["weights"], []
    for name, inside in groups.items():
        n, people = int(inside.sum()), len(set(test["patients"][inside]))
        row = {"group": name, "n": n, "patients": people, "positives": int(y[inside].sum())}
        if people >= 5:
            row["auroc"], row["ci"] = interval_of(resampled_aurocs(score[inside], y[inside], w[inside], test["patients"][inside]))
            point = operating_point(score[inside], y[inside], w[inside], threshold, 0.02)
            row |= {"sensitivity": point["sensitivity"], "specificity": point["specificity"], "falseHigh": 1 - point["specificity"]}
        rows.append(row)
    return rows


def false_high_ratios(test: dict, score: np.ndarray, threshold: float) -> list[dict]:
    """False alarms of people with kidney disease or heart failure over those of people without a simulated condition."""
    y = POSITIVE["k-gt-5.5"](test["measured"])
    none = np.array([not l.conditions for l in test["latents"]])
    rows = []
    for name in ("ckd", "heart-failure"):
        has = np.array([name in l.conditions for l in test["latents"]])
        share = lambda inside, s, ww: np.average(s[inside] >= threshold, weights=ww[inside])
        ratio = lambda s, hh, nn, ww: share(hh, s, ww) / max(share(nn, s, ww), 1e-9)
        keep = ~y & (has | none)
        value, interval = clustered(ratio, test["patients"][keep], score[keep], has[keep], none[keep], test["weights"][keep], draws=POINT_DRAWS)
        rows.append({"condition": name, "ratio": value, "value": value, "ci": interval})
    return rows


def points_of(test: dict, served: np.ndarray, chosen: dict) -> dict:
    points, keys = {}, ("sensitivity", "specificity", "npv", "ppv", "fractionRuledOut")
    for label in JUDGED:
        y, s = POSITIVE[label](test["measured"]), served[:, LABELS.index(label)]
        points[label] = operating_point(s, y, test["weights"], chosen[label]["highFrom"], PREVALENCE[label])
        for key in keys:
            metric = lambda a, b, ww, kk=key, ll=label: operating_point(a, b, ww, chosen[ll]["highFrom"], PREVALENCE[ll])[kk]
            points[label][f"{key}Ci"] = clustered(metric, test["patients"], s, y, test["weights"], draws=POINT_DRAWS)[1]
        points[label]["lowBand"] = operating_point(s, y, test["weights"], chosen[label]["lowBelow"], PREVALENCE[label])
    return points


def start_scores(test: dict, shipped: str) -> tuple[dict, dict]:
    """Every start on the own-test cases, uncalibrated; which one ships was decided on validation people."""
    scores, held = {}, {}
    for name in STARTS:
        if (OUT / f"{name}.pt").exists():
            probability = test["mix"]["probability"] if name == shipped else predict(load_network(name), test)["probability"].astype(float)
            scores |= {(f"start {name}", label): probability[:, LABELS.index(label)] for label in JUDGED}
            held[name] = json.loads((OUT / f"{name}.json").read_text())["validation"]
    return scores, held


if __name__ == "__main__":
    torch.set_num_threads(1)
    splits, marks = marked_splits()
    test, held, train = (load_cases(p) for p in ("test", "validation", "train"))
    test = first(test, TEST_DRAWS * len(splits["test"]))
    name = json.loads((OUT / "export.json").read_text())["name"]
    model, network = Shipped(), load_network(name)
    reader = Reader(model, network)
    for part, cases in (("validation", held), ("test", test)):
        reader.score(cases)
        say(f"scored {part}")
    raw = held["mix"]["probability"]
    reader.params = {label: fit_beta(raw[:, i], POSITIVE[label](held["measured"]), held["weights"]) for i, label in enumerate(LABELS)}
    quantile = conformal_quantile(held["measured"], held["mix"]["mean"], held["mix"]["sigma"], held["weights"])
    served = {(part, way): calibrate(cases[way]["probability"], reader.params) for part, cases in (("validation", held), ("test", test))
              for way in ("mix", "alone", "paired")}
    chosen, decided = choose_thresholds(held, served["validation", "mix"]), shown(held)
    say(f"thresholds {chosen}; shown {decided}")
    score, threshold = served["test", "mix"], chosen["k-gt-5.5"]["highFrom"]
    part = np.arange(OOD_CASES)
    near = np.concatenate([model(train[name][part])["embedding"] for name in ("ecg", "reference")])
    asset = fit(near)
    d = distances(near, asset)
    p99, p999 = (float(np.percentile(d, q)) for q in (99, 99.9))
    own = distances(test["embedding"], asset)
    ood = {"asset": asset, "p99": p99, "p999": p999, "n": len(near), "ownTest": {"n": len(own), "limited": float(np.mean(own > p99)), "refused": float(np.mean(own > p999))},
           "rows": verdicts(lambda ecg: model(ecg)["embedding"], splits["test"], asset, p99, p999)}
    for row in ood["rows"]:
        say(f"out of distribution: {row}")
    untouched = np.array([b.leads["I"] for b in splits["test"]], np.float32)
    real = alarms(splits["test"], reader.served(untouched)[:, 0], threshold)
    everybody = sum(splits.values(), [])
    risk = lambda x, y: reader.served(x, None if y is None else model(y)["embedding"], None if y is None else np.ones(len(x)))[:, 0]
    twice = two_tracings(everybody, marks, risk)
    say(f"untouched: {real['alarms']} alarms of {real['tracings']}; two tracings: {twice['medianLogDifference']}")
    strips = first(load_cases("strips-test"), STRIP_DRAWS * len(splits["test"]))
    strips["refEmbedding"] = model(strips["reference"])["embedding"]
    strip_row = strip_figures(reader.served, strips, POSITIVE["k-gt-5.5"](strips["measured"]))
    say(f"strips: {strip_row}")
    few = np.arange(0, len(score), ROBUSTNESS_EVERY)
    ref, flag = test["refEmbedding"][few], test["referenced"][few]
    robust = robustness_rows(lambda x: reader.served(x, ref, flag)[:, 0], test["ecg"][few] / 1000.0, POSITIVE["k-gt-5.5"](test["measured"][few]), test["weights"][few])
    for row in robust:
        say(f"robustness: {row}")
    torch.manual_seed(3003)
    blank = PocketK().eval()
    random_weights = lambda x: blank(torch.from_numpy(x)[:, None], torch.zeros(len(x), 128), torch.zeros(len(x), 1))[2][:, 0].detach().numpy()
    occlusion = {"trained": planted_rows(lambda x: model(x)["probability"][:, 0], splits["test"], marks), "random weights": planted_rows(random_weights, splits["test"], marks)}

    def beside(x: np.ndarray, reference: np.ndarray) -> np.ndarray:
        return model(x, np.repeat(model(reference[None])["embedding"], len(x), 0), np.ones(len(x)))["probability"][:, 0]

    def random_beside(x: np.ndarray, reference: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            ref = blank(torch.from_numpy(reference)[None, None], torch.zeros(1, 128), torch.zeros(1, 1))[3]
            return blank(torch.from_numpy(x)[:, None], ref.expand(len(x), -1), torch.ones(len(x), 1))[2][:, 0].numpy()

    occlusion |= {"trained, own usual segment": paired_rows(beside, splits["test"], marks),
                  "trained, the same pairs, straight line": paired_rows(beside, splits["test"], marks, "line"),
                  "random weights, own usual segment": paired_rows(random_beside, splits["test"], marks)}
    say(f"occlusion: {occlusion}")
    sham = run_probes(splits, marks, lambda ecg: model(ecg)["embedding"])
    for row in sham:
        say(f"sham probe, {row['probe']}: AUROC {row['auroc']:.3f} [{row['ci'][0]:.3f}, {row['ci'][1]:.3f}]")
    starts, starts_held = start_scores(test, name)
    ways = {"pocket-k": "mix", "pocket-k, none with reference": "alone", "pocket-k, all with reference": "paired"}
    scores = {(reader_name, label): served["test", way][:, LABELS.index(label)] for reader_name, way in ways.items() for label in JUDGED}
    scores |= starts | first_version_scores(test) | baseline_scores(train, test, say) | ceiling_scores(len(score))
    milliseconds = {"tracing": model.latency_ms(untouched, 1), "strip": model.latency_ms(untouched, 3)}
    result = {
        "command": " ".join(["python training/pocket-k/report.py", *sys.argv[1:]]), "model": name,
        "cases": len(score), "patients": len(set(test["patients"])), "referenced": float(test["referenced"].mean()),
        "validation": {"cases": len(held["measured"]), "patients": len(set(held["patients"]))},
        "positives": {l: int(POSITIVE[l](test["measured"]).sum()) for l in JUDGED},
        "calibrationParams": reader.params, "conformalQuantile": quantile, "shown": decided,
        "thresholds": chosen, "operatingPoints": points_of(test, score, chosen),
        "latencyMs": {kind: {"p50": float(np.percentile(m, 50)), "p95": float(np.percentile(m, 95))} for kind, m in milliseconds.items()},
        "calibration": calibration(test, score, quantile), "falseHigh": false_high_ratios(test, score[:, 0], threshold),
        "subgroups": subgroup_rows(test, score[:, 0], threshold, {b.key: b for b in splits["test"]}, marks),
        "real": real, "twoTracings": twice, "strips": strip_row, "robustness": robust, "occlusion": occlusion, "ood": ood, "sham": sham,
        "startsOnValidation": starts_held, "discrimination": compare(scores, test, say),
    }
    (OUT / "report.json").write_text(json.dumps(result, indent=1, default=float))
    say("written out/report.json")
