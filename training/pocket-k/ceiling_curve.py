"""What the simulator allows, computed before training: AUROC and rule-out curves of three readers of its truth.

Usage: python training/pocket-k/ceiling_curve.py        about 4 minutes; needs cases.py first (for the test truths)
Readers: `told`, `single`, `paired` of simulators/ceiling.py; `mix` is the paired reader where the case has its reference and
the single one elsewhere, the ceiling of what is shipped.
"""

import json

import numpy as np

from cases import OUT, POSITIVE, PREVALENCE, load_cases, marked_splits, natural_weights
from metrics import auroc, clustered, rule_out
from simulators.ceiling import READERS, fit_ceilings, tables, wave_sizes

FIT_SEED, FIT_CASES = 1001, 200_000
NPV_TARGETS = (0.99, 0.995)
LABELS = ("k-gt-5.5", "k-ge-6.0", "k-lt-3.5")


def ceiling_scores(cases: dict) -> dict:
    """{(reader, label): score [n]} of the cases."""
    splits, marks = marked_splits()
    sizes = {b.key: wave_sizes(b, marks[b.key]) for part in splits.values() for b in part}
    people = np.array([sizes[b.key] for b in splits["train"]])
    readers = fit_ceilings(FIT_SEED, FIT_CASES, people, {l: POSITIVE[l] for l in LABELS}, natural_weights)
    told = tables(cases["latents"], np.array([sizes[key] for key in cases["keys"]]))
    scores = {(r, l): readers[r][l].predict_proba(told[r])[:, 1] for r in READERS for l in LABELS}
    return scores | {("mix", l): np.where(cases["referenced"], scores["paired", l], scores["single", l]) for l in LABELS}


if __name__ == "__main__":
    cases = load_cases("test")
    scores = ceiling_scores(cases)
    result = {"cases": len(cases["latents"]), "patients": len(set(cases["patients"])), "fitCases": FIT_CASES, "rows": [], "curves": {}}
    for (reader, label), score in scores.items():
        positive = POSITIVE[label](cases["measured"])
        value, interval = clustered(auroc, cases["patients"], score, positive, cases["weights"])
        result["rows"].append({"reader": reader, "label": label, "metric": "auroc", "value": value, "ci": interval})
        print(f"ceiling {reader} {label}: AUROC {value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]", flush=True)
        if label != "k-gt-5.5":
            continue
        for npv in NPV_TARGETS:
            metric = lambda s, y, w: rule_out(s, y, w, npv, PREVALENCE[label])
            value, interval = clustered(metric, cases["patients"], score, positive, cases["weights"])
            result["rows"].append({"reader": reader, "label": label, "metric": f"fraction ruled out at NPV {npv}", "value": value, "ci": interval})
            print(f"ceiling {reader} {label}: ruled out at NPV {npv:.1%}, 2 % prevalence: {value:.3f} "
                  f"[{interval[0]:.3f}, {interval[1]:.3f}]", flush=True)
        curve = [(npv, rule_out(score, positive, cases["weights"], npv, PREVALENCE[label])) for npv in np.arange(0.981, 0.9991, 0.001)]
        result["curves"][reader] = [{"npv": round(float(a), 4), "fraction": b} for a, b in curve]
    np.savez(OUT / "ceiling-scores.npz", **{f"{r}|{l}": s for (r, l), s in scores.items()})
    (OUT / "ceiling.json").write_text(json.dumps(result, indent=2))
