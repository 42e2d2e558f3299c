"""Every figure of the card, into out/report.json. Usage: python training/ecg-encoder/report.py      needs crossfit.py, export.py, baselines.py

All real figures are of PTB-XL folds 1-8, cross-fitted; intervals: 2,000 draws of people, seed 3003. `folds78` repeats them on the part by
which nothing was chosen. Robustness applies the readers of each fold, fitted on whole tracings, to the altered held-out ones.
"""

import json

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from crossfit import bundle, crossfit, embed, load_encoder
from export import EIGHT, SIX, mask_of
from heads import DRAWS, SEED, ece, fast_auroc, figures, interval, sigmoid
from network import SUPERCLASSES
from pathology import BINARY
from real import load, prepare
from shared import OUT
from simulate_cases import SCALE

HEAD = "encoder + age-sex"


def half_rate(ecg: np.ndarray) -> np.ndarray:
    """As a 250 Hz device would give it, brought back to 500 Hz by straight lines."""
    out = ecg.copy()
    out[..., 1:-1:2] = (ecg[..., 0:-2:2] + ecg[..., 2::2]) / 2
    out[..., -1] = out[..., -2]
    return out


def calibration(logit, labels) -> dict:
    each = {label: ece(sigmoid(logit[:, k]), labels[:, k]) for k, label in enumerate(SUPERCLASSES)}
    return {"each": each, "macro": float(np.mean(list(each.values())))}


def calibration_interval(logit, labels, patients) -> list:
    people, index = np.unique(patients, return_inverse=True)
    rows = [np.flatnonzero(index == p) for p in range(len(people))]
    rng, values = np.random.default_rng(SEED), []
    for _ in range(500):
        take = np.concatenate([rows[p] for p in rng.integers(0, len(people), len(people))])
        values.append(np.mean([ece(sigmoid(logit[take, k]), labels[take, k]) for k in range(5)]))
    return interval(np.array(values))


def altered(model, records, features, fits) -> dict:
    """reader name -> held-out logits of the encoder + age-sex with leads missing or half the rate; `fits` by Lead I mode as well."""
    views = {"all leads": (records.prepared, np.ones(12)), "8 leads (limb, V1, V5)": (records.prepared, mask_of(EIGHT)), "6 leads (limb)": (records.prepared, mask_of(SIX)),
             "Lead I alone": (records.prepared, mask_of([0])), "250 Hz": (prepare(half_rate(records.ecg)), np.ones(12))}
    out = {}
    for name, (prepared, mask) in views.items():
        e, own = embed(model, prepared, mask)
        z = np.full(records.labels.shape, np.nan)
        for (f, k), (reader, slope, intercept) in fits.items():
            held = records.fold == f
            z[held, k] = slope * reader(e[held], own[held], features[held]) + intercept
        out[name] = z
    return out


def fine_tuning(records) -> dict | None:
    """Fine-tuned against frozen trunk under the same statements layer, on the folds for which `finetune.py` was run."""
    path = OUT / "finetune.npz"
    if not path.exists():
        return None
    kept = np.load(path)
    rows = np.isfinite(kept["logit"]).all(1)
    found = figures({"frozen": kept["before"][rows], "tuned": kept["logit"][rows]}, records.labels[rows], records.patient[rows], SUPERCLASSES, against="frozen")
    return {"folds": sorted({int(f) for f in records.fold[rows]}), "n": int(rows.sum()), "minutes": float(kept["minutes"]), **found}


def subgroups(logit, records, labels) -> list:
    rows, held = [], records.fold > 0
    groups = {"male": records.male == 1, "female": records.male == 0, "under 60 years": records.age < 60, "60 years and over": records.age >= 60}
    for group, member in groups.items():
        take = (held & member)[held]
        for k, label in enumerate(SUPERCLASSES):
            y = labels[take, k] > 0.5
            if min(y.sum(), (~y).sum()) < 8:
                rows.append({"group": group, "label": label, "n": int(take.sum()), "positives": int(y.sum())})
                continue
            found = figures({"x": logit[take][:, [k]]}, labels[take][:, [k]], records.patient[held][take], [label], against="x", draws=500)
            rows.append({"group": group, "label": label, "n": int(take.sum()), "positives": int(y.sum()), "auroc": found["x"][label]["auroc"], "ci": found["x"][label]["ci"]})
    return rows


def worst_readings(keys, probability, labels) -> list:
    """Of each superclass the positive record that was read lowest and the negative one that was read highest, held out."""
    rows = []
    for k, label in enumerate(SUPERCLASSES):
        positive = labels[:, k] > 0.5
        missed = np.flatnonzero(positive)[np.argmin(probability[positive, k])]
        false = np.flatnonzero(~positive)[np.argmax(probability[~positive, k])]
        rows.append({"label": label, "missed": keys[missed], "missedProbability": float(probability[missed, k]), "false": keys[false], "falseProbability": float(probability[false, k])})
    return rows


@torch.no_grad()
def simulated(model) -> list:
    """AUROC of the superclasses on the simulated validation cases, before any real label, with all leads and Lead I alone."""
    ecg, truth, rows = np.load(OUT / "sim-validation.npy"), np.load(OUT / "sim-validation.npz")["binary"], []
    rng = np.random.default_rng(SEED)
    for view, mask in (("all leads", np.ones(12)), ("Lead I alone", mask_of([0]))):
        own = embed(model, ecg.astype(np.float32) / SCALE, mask)[1]
        for k, label in enumerate(SUPERCLASSES):
            known = np.isfinite(truth[:, k])
            z, y = own[known, k], truth[known, k] > 0.5
            draws = [fast_auroc(z[t], y[t]) for t in (rng.integers(0, len(z), len(z)) for _ in range(500))]
            rows.append({"view": view, "label": label, "n": int(known.sum()), "positives": int(y.sum()), "auroc": float(roc_auc_score(y, z)), "ci": interval(np.array(draws))})
    return rows


if __name__ == "__main__":
    torch.set_num_threads(1)
    name = json.loads((OUT / "export.json").read_text())["name"]
    records, model, kept = load(), load_encoder(name), np.load(OUT / "crossfit.npz")
    held = records.fold > 0
    labels, patients, late = records.labels[held], records.patient[held], records.fold[held] >= 7
    scores = {"age-sex": kept["ageSex"][held], HEAD: kept["logit"][held], "encoder alone": kept["statements"][held], "pre-trained, no real label": kept["own"][held]}
    for baseline in ("ecgomics", "net1d", "scratch"):
        path = OUT / f"baseline-{baseline}.npz"
        if path.exists():
            scores[baseline] = np.load(path)["logit"][held]
    data = bundle(records, kept["embedding"], kept["own"])
    again = crossfit(data, records.fold)
    views = altered(model, records, data[3], again["readers"])
    robust = figures({n: z[held] for n, z in views.items()}, labels, patients, SUPERCLASSES, against="all leads")
    report = {
        "records": int(held.sum()), "patients": len(set(patients)), "positives": {s: int(labels[:, k].sum()) for k, s in enumerate(SUPERCLASSES)}, "draws": DRAWS, "seed": SEED,
        "figures": figures(scores, labels, patients, SUPERCLASSES, against="age-sex"),
        "folds78": figures({n: z[late] for n, z in scores.items()}, labels[late], patients[late], SUPERCLASSES, against="age-sex") | {"n": int(late.sum()), "patients": len(set(patients[late])), "positives": {s: int(labels[late, k].sum()) for k, s in enumerate(SUPERCLASSES)}},
        "against": {other: figures({n: scores[n] for n in (HEAD, "encoder alone", other)}, labels, patients, SUPERCLASSES, against=other) for other in ("ecgomics", "net1d", "scratch") if other in scores},
        "calibration": {n: calibration(scores[n], labels) | {"ci": calibration_interval(scores[n], labels, patients)} for n in (HEAD, "encoder alone", "age-sex")},
        "calibration78": calibration(scores[HEAD][late], labels[late]),
        "robustness": robust, "subgroups": subgroups(kept["logit"][held], records, labels), "simulated": simulated(model), "fineTuning": fine_tuning(records),
        "worst": worst_readings([k for k, h in zip(records.key, held) if h], sigmoid(kept["statements"][held]), labels), "binary": list(BINARY),
        "baselines": {b: {"minutes": float(np.load(OUT / f"baseline-{b}.npz")["minutes"]), "passes": int(np.load(OUT / f"baseline-{b}.npz")["passes"])} for b in ("ecgomics", "net1d", "scratch") if (OUT / f"baseline-{b}.npz").exists()},
    }
    (OUT / "report.json").write_text(json.dumps(report, indent=1))
    for reader, row in report["figures"].items():
        print(f"{reader:28s}", " ".join(f"{s} {row[s]['auroc']:.3f}" for s in (*SUPERCLASSES, "macro")), "gain", [round(v, 3) for v in row["macro"]["gainCi"]])
    for reader, row in robust.items():
        print(f"{reader:28s}", " ".join(f"{s} {row[s]['auroc']:.3f}" for s in (*SUPERCLASSES, "macro")), "change", [round(v, 3) for v in row["macro"]["gainCi"]])
    print("ECE", {n: round(c["macro"], 4) for n, c in report["calibration"].items()}, "folds 7-8", round(report["calibration78"]["macro"], 4))
