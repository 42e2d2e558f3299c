"""The harm of a device that depends on the label: step of `train.py`. Writes out/leak.json

In the cohort, device and site are drawn apart from everything. The dependent copy keeps a person with the label on device 0, or
without it on device 1, with probability .25 only, so that the device tells the label. A linear ECG term per label is fitted
on the copy, and on as many people of the cohort as it is; each is read on the copy of the test people and on the test
people themselves.
"""

import json

import numpy as np

from cases import OUT, load
from encoder import embed
from figures import auroc
from fit import SIMULATED, Rows, age_sex_terms
from head import KEYS
from simulators.cohort_ceiling import fit_logits
from simulators.cohort_people import conditions

KEPT, RIDGE, SEED = 0.25, 1e-3, 1001


def kept(rows: Rows, rng) -> np.ndarray:
    """[n x 96] bool: who belongs to the dependent copy of each label."""
    unlikely = rows.coded != (rows.cohort.people.device == 1)[:, None]
    return ~unlikely | (rng.random(rows.coded.shape) < KEPT)


def design(rows: Rows, mean, scale) -> np.ndarray:
    return np.c_[np.clip((rows.embedding.numpy() - mean) / scale, -6, 6), np.ones(len(rows))]


def main() -> None:
    rng = np.random.default_rng(SEED)
    train, test = (Rows(name, embed(name, load(name).ecg)) for name in ("train", "test"))
    terms = age_sex_terms(train)["age_sex"]
    mean, scale = train.embedding.numpy().mean(0), train.embedding.numpy().std(0) + 0.1
    x, held = design(train, mean, scale), design(test, mean, scale)
    copy, copy_test = kept(train, rng), kept(test, rng)
    same_size = rng.random(copy.shape) < copy.mean(0)
    offset, held_offset = train.spline @ terms, test.spline @ terms
    rows, read = [], {}
    for name, weight in (("dependent", copy), ("independent", same_size)):
        read[name] = held_offset + held @ fit_logits(x, train.coded, weight=weight.astype(float), l2=RIDGE, offset=offset)
    for j, condition in enumerate(conditions()):
        if not SIMULATED[j]:
            continue
        y, inside = test.coded[:, j], copy_test[:, j]
        rows.append({"key": KEYS[j], "null": condition.null, "promised": auroc(read["dependent"][inside, j], y[inside]),
                     "leakRemoved": auroc(read["dependent"][:, j], y), "independent": auroc(read["independent"][:, j], y)})
    mean_of = lambda field, null: float(np.mean([r[field] for r in rows if r["null"] == null]))
    report = {"labels": rows, "summary": {("null" if null else "real"): {f: mean_of(f, null) for f in ("promised", "leakRemoved", "independent")} for null in (True, False)}}
    (OUT / "leak.json").write_text(json.dumps(report))
    print(json.dumps(report["summary"]))


if __name__ == "__main__":
    main()
