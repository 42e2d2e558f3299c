"""The simulator's ceiling rule-out curve; to be run and printed before any training.

Usage: python training/pocket-k/ceiling_curve.py        about 1 minute; needs cases.py first (for the test truths)
"""

import json

import numpy as np

from cases import OUT, POSITIVE, PREVALENCE, load_cases, natural_weights
from metrics import auroc, clustered, rule_out
from simulators.ceiling import factors_of, fit_ceiling

FIT_SEED, FIT_CASES = 1001, 200_000
NPV_TARGETS = (0.99, 0.995)
LABELS = ("k-gt-5.5", "k-ge-6.0", "k-lt-3.5")


def ceiling_scores(latents: list) -> dict:
    readers = fit_ceiling(FIT_SEED, FIT_CASES, {l: POSITIVE[l] for l in LABELS}, natural_weights)
    factors = factors_of(latents)
    return {label: reader.predict_proba(factors)[:, 1] for label, reader in readers.items()}


if __name__ == "__main__":
    cases = load_cases("test")
    scores = ceiling_scores(cases["latents"])
    result = {"cases": len(cases["latents"]), "patients": len(set(cases["patients"])), "fitCases": FIT_CASES, "rows": []}
    for label, score in scores.items():
        positive = POSITIVE[label](cases["measured"])
        value, interval = clustered(auroc, cases["patients"], score, positive, cases["weights"])
        result["rows"].append({"label": label, "metric": "auroc", "value": value, "ci": interval})
        print(f"ceiling {label}: AUROC {value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]", flush=True)
        if label != "k-gt-5.5":
            continue
        for npv in NPV_TARGETS:
            metric = lambda s, y, w: rule_out(s, y, w, npv, PREVALENCE[label])
            value, interval = clustered(metric, cases["patients"], score, positive, cases["weights"])
            result["rows"].append({"label": label, "metric": f"fractionRuledOutAtNpv{npv}", "value": value, "ci": interval})
            print(f"ceiling {label}: ruled out at NPV {npv:.1%}, 2 % prevalence: {value:.3f} "
                  f"[{interval[0]:.3f}, {interval[1]:.3f}]", flush=True)
        curve = [(npv, rule_out(score, positive, cases["weights"], npv, PREVALENCE[label])) for npv in np.arange(0.981, 0.9991, 0.001)]
        result["curve"] = [{"npv": round(float(a), 4), "fraction": b} for a, b in curve]
        print("curve (NPV: fraction): " + "  ".join(f"{a:.3f}: {b:.2f}" for a, b in curve), flush=True)
    np.savez(OUT / "ceiling-scores.npz", **{l.replace(".", "_"): s for l, s in scores.items()})
    (OUT / "ceiling.json").write_text(json.dumps(result, indent=2))
