"""Every reader that is judged beside Pocket-K on the same cases, and the comparison with intervals by patient."""

import numpy as np

from baselines import feature_table, fit_logistic, with_reference, without_ecg
from cases import OUT, POSITIVE
from metrics import at_prevalence, auroc, clustered, interval_of, resampled_aurocs, rule_out
from shipped import Shipped

JUDGED = ("k-gt-5.5", "k-ge-6.0", "k-lt-3.5")
BASELINE_FIT_CASES = 4_000
NPV_TARGETS = (0.99, 0.995)
RULE_OUT_DRAWS = 300
CEILINGS = ("told", "single", "paired", "mix")
PAIRS_COMPARED = (("pocket-k", "logistic"), ("pocket-k", "logistic with squares and products"), ("pocket-k", "logistic with reference"),
                  ("pocket-k", "age, sex, kidney disease"), ("pocket-k", "pocket-k 1.0.0"), ("pocket-k, all with reference", "pocket-k, none with reference"),
                  ("pocket-k, none with reference", "pocket-k 1.0.0"), ("pocket-k, none with reference", "logistic with squares and products"),
                  ("pocket-k, all with reference", "logistic with reference, all"), ("start from-encoder", "start scratch"),
                  ("start from-final-encoder", "start scratch"))


def baseline_scores(train: dict, test: dict, say) -> dict:
    """{(reader, label): score on test}. Fitted on a part of the training cases, classes balanced."""
    say("measuring waves for the baselines")
    part = np.arange(BASELINE_FIT_CASES)
    fit_with = {name: feature_table(train[name][part]) for name in ("ecg", "reference")}
    test_with = {name: feature_table(test[name]) for name in ("ecg", "reference")}
    half = np.random.default_rng(1001).random(len(part)) < 0.5
    tables = {
        "logistic": (fit_with["ecg"], test_with["ecg"], False),
        "logistic with squares and products": (fit_with["ecg"], test_with["ecg"], True),
        "logistic with reference": (with_reference(*fit_with.values(), half), with_reference(*test_with.values(), test["referenced"]), True),
        "logistic with reference, all": (with_reference(*fit_with.values(), half), with_reference(*test_with.values(), np.ones(len(test["age"]), bool)), True),
        "age, sex, kidney disease": (without_ecg({k: train[k][: len(part)] for k in ("age", "sex", "latents")}), without_ecg(test), False),
    }
    out = {}
    for label in JUDGED:
        positive = POSITIVE[label](train["measured"][part])
        weight = at_prevalence(positive, train["weights"][part], 0.5)
        for name, (fit, judged, quadratic) in tables.items():
            out[name, label] = fit_logistic(fit, positive, weight, quadratic).predict_proba(judged)[:, 1]
        out["random", label] = np.random.default_rng(3003).random(len(test["age"]))
        out["constant", label] = np.zeros(len(test["age"]))
    return out


def first_version_scores(test: dict) -> dict:
    """Pocket-K 1.0.0 on the same tracings, where its file was kept in out/v1."""
    path = OUT / "v1" / "model.onnx"
    if not path.exists():
        return {}
    probability = Shipped(path)(test["ecg"])["probability"]
    return {("pocket-k 1.0.0", label): probability[:, column] for label, column in zip(JUDGED, (0, 1, 3))}


def ceiling_scores(n: int) -> dict:
    """Of the first n test cases, as ceiling_curve.py left them."""
    files = np.load(OUT / "ceiling-scores.npz")
    return {(f"ceiling {name.split('|')[0]}", name.split("|")[1]): files[name][:n] for name in files.files}


def compare(scores: dict, cases: dict, say) -> list[dict]:
    """AUROC of each reader and label, differences of PAIRS_COMPARED, fractions ruled out; intervals by patient."""
    rows, people, w = [], cases["patients"], cases["weights"]
    drawn = {}
    for (reader, label), score in scores.items():
        drawn[reader, label] = resampled_aurocs(np.asarray(score, float), POSITIVE[label](cases["measured"]), w, people)
        value, interval = interval_of(drawn[reader, label])
        rows.append({"label": label, "reader": reader, "metric": "auroc", "value": value, "ci": interval})
        say(f"{label} AUROC {reader}: {value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]")
    for label in JUDGED:
        for a, b in PAIRS_COMPARED:
            if (a, label) in drawn and (b, label) in drawn:
                value, interval = interval_of(drawn[a, label] - drawn[b, label])
                rows.append({"label": label, "reader": f"{a} minus {b}", "metric": "auroc difference", "value": value, "ci": interval})
                say(f"{label} AUROC {a} minus {b}: {value:+.3f} [{interval[0]:+.3f}, {interval[1]:+.3f}]")
    y = POSITIVE["k-gt-5.5"](cases["measured"])
    for npv in NPV_TARGETS:
        metric = lambda s, yy, ww: rule_out(s, yy, ww, npv, 0.02)
        for (reader, label), score in scores.items():
            if label == "k-gt-5.5" and not reader.startswith("start"):
                value, interval = clustered(metric, people, score, y, w, draws=RULE_OUT_DRAWS)
                rows.append({"label": label, "reader": reader, "metric": f"fraction ruled out at NPV {npv}", "value": value, "ci": interval})
                say(f"{label} ruled out at NPV {npv} {reader}: {value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]")
    return rows
