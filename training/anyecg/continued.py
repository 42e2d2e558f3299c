"""Would an encoder that is told more of the simulator serve AnyECG better? Writes out/continued.json

Usage: ANYECG_ENCODER=<ONNX of encoder-continued.pt> OMP_NUM_THREADS=1 python training/anyecg/continued.py
The head is fitted anew on the embedding of `continue_encoder.py`'s encoder and judged on the simulated test people; the real
labels are cross-fitted on both encoders by the code of training/ecg-encoder. An encoder is chosen by real labels.
"""

import json
import sys

import numpy as np
import torch

from cases import HERE, OUT, load
from encoder import digest, embed
from figures import auroc
from fit import SIMULATED, Rows, age_sex_terms, ecg_terms, fit_served, fit_trained
from head import KEYS
from report import LEAST_GAIN
from simulators.cohort_people import conditions

sys.path.append(str(HERE.parent / "ecg-encoder"))

EPOCHS = 10


def recovered() -> dict:
    train, validation, test = (Rows(name, embed(name, load(name).ecg)) for name in ("train", "validation", "test"))
    terms, ceiling = age_sex_terms(train), np.load(OUT / "ceiling.npz")["test_now"]
    network, _ = fit_trained(train, validation, terms, EPOCHS)
    fitted, _ = fit_served(train, validation, network, terms)
    base = test.spline @ terms["age_sex"]
    current = base + fitted["gate"] * (ecg_terms(network, test)[0] + fitted["shift"])
    shares = {}
    for j, condition in enumerate(conditions()):
        y = test.coded[:, j]
        alone, best = auroc(base[:, j], y), auroc(ceiling[:, j], y)
        if SIMULATED[j] and not condition.null and best - alone >= LEAST_GAIN:
            shares[KEYS[j]] = (auroc(current[:, j], y) - alone) / (best - alone)
    return {"median": float(np.median(list(shares.values()))), "labels": len(shares),
            "nullsWithTerm": int(sum(fitted["gate"][j] > 0 for j, c in enumerate(conditions()) if c.null))}


def real(name: str) -> dict:
    """Macro AUROC over the five superclasses, out of fold: with age and sex as a fixed term, and from the tracing alone."""
    import crossfit
    from real import load as load_records
    records = load_records()
    held, out = records.fold > 0, {}
    embedding, own = crossfit.embed(crossfit.load_encoder(name), records.prepared)
    data = crossfit.bundle(records, embedding, own)
    for title, with_age_sex in (("withAgeSex", True), ("alone", False)):
        logit = crossfit.crossfit(data, records.fold, with_age_sex)["logit"][held]
        out[title] = float(np.mean([auroc(logit[:, k], records.labels[held, k] > 0.5) for k in range(5)]))
    return out


if __name__ == "__main__":
    torch.set_num_threads(1)
    found = {"encoder": digest(), "recovered": recovered(), "real": {name: real(name) for name in ("encoder-continued", "encoder-pretrained")}}
    (OUT / "continued.json").write_text(json.dumps(found))
    print(found)
