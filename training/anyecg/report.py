"""Every figure of the simulated half of the card. Usage: OMP_NUM_THREADS=1 python training/anyecg/report.py

The test people (seed 3003) are read here and nowhere else. Writes out/report.json and gain.csv (one row a label).
"""

import csv
import json

import numpy as np
from scipy.special import logit as log_odds

from cases import HERE, OUT, load
from embed_all import ROBUST
from encoder import digest, embed
from figures import auroc, c_index, compared, cumulative, ece, horizon, interval, pooled_slope, slope, subgroup_gap
from head import KEYS
from served import answer, calibrated, load_served
from simulators.cohort_people import EXIT_A_YEAR, conditions
from fit import SIMULATED, Rows

LEAST_GAIN, HORIZONS = 0.03, (1, 5, 10)
FLOOR = {"gainLow": 0.0, "auroc": 0.70, "ece": 0.05, "positives": 30, "gap": 0.10}
AGE_BANDS = ((18, 50), (50, 65), (65, 75), (75, 91))
BOOTSTRAP, SEED = 500, 3003
ENOUGH = 100  # positives and negatives of a group: its AUROC is then known to about .045, so that a gap of .10 is more than chance


def groups(people) -> dict:
    """Groups between which a shown label must not differ; those that the label itself forbids (men, for one of women) drop out."""
    return {"sex": {"female": people.female == 1, "male": people.female == 0},
            "age": {f"{a}-{b - 1}": (people.age >= a) & (people.age < b) for a, b in AGE_BANDS}}


def passes(row: dict) -> bool:
    gap = row.get("subgroupGap")
    return row["gainCi"][0] > FLOOR["gainLow"] and row["auroc"] >= FLOOR["auroc"] and row["ece"] <= FLOOR["ece"] \
        and row["positives"] >= FLOOR["positives"] and (gap is None or gap <= FLOOR["gap"])


def label_rows(rows: Rows, said: dict, probability: np.ndarray, ceiling: np.ndarray) -> list[dict]:
    people, out = rows.cohort.people, []
    for j, condition in enumerate(conditions()):
        if not SIMULATED[j]:
            continue
        y = rows.coded[:, j]
        row = {"key": KEYS[j], "null": condition.null, "n": len(y), "positives": int(y.sum()),
               **compared(said["current"][:, j], said["ageSex"][:, j], y), "ceiling": auroc(ceiling[:, j], y),
               "ece": ece(probability[:, j], y)}
        # Within each group, where age hardly helps any more, so that the gap is of the reading and not of the ages.
        gap, found = subgroup_gap(said["current"][:, j], y, groups(people), ENOUGH)
        row |= {"subgroupGap": gap, "subgroups": found, "ceilingGain": row["ceiling"] - row["base"]}
        row["recovered"] = row["gain"] / row["ceilingGain"] if row["ceilingGain"] >= LEAST_GAIN else None
        row["shown"] = passes(row)
        out.append(row)
    return out


def kaplan_meier(train: Rows, test: Rows) -> np.ndarray:
    """[n x 96]: ten-year risk of the test people from the training people of the same sex and age band."""
    a, b = train.cohort.people, test.cohort.people
    out = np.zeros(test.had.shape)
    for female in (0, 1):
        for low, high in ((18, 35), (35, 45), (45, 55), (55, 65), (65, 75), (75, 91)):
            mine = (a.female == female) & (a.age >= low) & (a.age < high)
            free = np.ones(out.shape[1])
            for year in range(10):
                risk = (a.seen[mine] > year).sum(0)
                free *= 1 - (a.event[mine] == year).sum(0) / np.maximum(risk, 1)
            out[(b.female == female) & (b.age >= low) & (b.age < high)] = 1 - free
    return out


def hazards(train: Rows, rows: Rows, said: dict, ceiling: np.ndarray) -> dict:
    people, stay = rows.cohort.people, float(np.exp(-EXIT_A_YEAR))
    risk, alone, table = cumulative(said["hazard"]), cumulative(said["ageSexHazard"]), kaplan_meier(train, rows)
    monotone = bool((np.diff(risk, axis=-1) >= 0).all() and (risk >= 0).all() and (risk <= 1).all())
    labels, pooled = [], {h: [] for h in HORIZONS}
    for j, key in enumerate(KEYS):
        if not SIMULATED[j]:
            continue
        event, seen = people.event[:, j], people.seen[:, j]
        row = {"key": key, "null": conditions()[j].null, "events": int((event >= 0).sum()), "cIndex": c_index(risk[:, j, -1], event, seen),
               "ageSex": c_index(alone[:, j, -1], event, seen), "kaplanMeier": c_index(table[:, j], event, seen),
               "ceiling": c_index(ceiling[:, j], event, seen)}
        for h in HORIZONS:
            known, had, weight = horizon(event, seen, h, stay)
            x = log_odds(np.clip(risk[known, j, h - 1], 1e-6, 1 - 1e-6))
            row[f"slope{h}"] = slope(x, had[known].astype(float), weight[known])
            row[f"observed{h}"] = float(np.average(had[known], weights=weight[known]))
            row[f"expected{h}"] = float(risk[seen > 0, j, h - 1].mean())
            pooled[h].append((x, had[known].astype(float), weight[known]))
        labels.append(row)
    return {"monotone": monotone, "labels": labels, "pooledSlope": {h: pooled_slope(rows_) for h, rows_ in pooled.items()},
            "observedOverExpected": {h: float(np.sum([r[f"observed{h}"] for r in labels]) / np.sum([r[f"expected{h}"] for r in labels])) for h in HORIZONS}}


def robustness(rows: Rows, served, whole: dict) -> dict:
    """Mean AUROC over the labels with an ECG term, and over those shown, with fewer leads and at 250 Hz, on the same people."""
    few = load("test").ecg[:ROBUST]
    use = [j for j in range(len(KEYS)) if served.gate[j] > 0]
    mean = lambda current: float(np.mean([auroc(current[:, j], rows.coded[:ROBUST, j]) for j in use]))
    reference = mean(whole["current"][:ROBUST])
    out = {"people": ROBUST, "labels": len(use), "twelve": reference}
    for name, options in {"eight": {"leads": "eight"}, "six": {"leads": "six"}, "250 Hz": {"low_rate": True}}.items():
        value = mean(answer(served, rows, embed("test", few, **options), slice(0, ROBUST))["current"])
        out[name] = {"auroc": value, "loss": reference - value}
    return out


def sham(served, rows: Rows) -> dict:
    """The same people's tracings without any effect: what the head adds to age and sex must be worth nothing."""
    embedding = embed("sham", load("sham").ecg)
    said = answer(served, rows, embedding, slice(0, len(embedding)))
    y = rows.coded[: len(embedding)]
    gains = [compared(said["current"][:, j], said["ageSex"][:, j], y[:, j])["gain"] for j in range(len(KEYS)) if served.gate[j] > 0]
    return {"people": len(embedding), "meanGain": float(np.mean(gains)), "largestGain": float(np.max(gains)), "labels": len(gains)}


def summary(labels: list[dict], haz: dict) -> dict:
    real = [r for r in labels if not r["null"]]
    recovered = [r["recovered"] for r in real if r["recovered"] is not None]
    nulls = [r for r in labels if r["null"]]
    rng = np.random.default_rng(SEED)
    medians = [np.median(rng.choice(recovered, len(recovered))) for _ in range(BOOTSTRAP)]
    away = [r["ceiling"] - r["cIndex"] for r in haz["labels"] if not r["null"]]
    return {
        "recovered": {"median": float(np.median(recovered)), "ci": interval(medians), "labels": len(recovered),
                      "quartiles": [float(v) for v in np.percentile(recovered, [25, 75])], "below80": int(sum(r < 0.8 for r in recovered))},
        "ceilingSpread": [float(min(r["ceiling"] for r in real)), float(max(r["ceiling"] for r in real))],
        "nulls": {"n": len(nulls), "shown": sum(r["shown"] for r in nulls), "covers": float(np.mean([r["gainCi"][0] <= 0 <= r["gainCi"][1] for r in nulls])),
                  "withTerm": sum(r["gain"] != 0 for r in nulls)},
        "shown": sum(r["shown"] for r in real), "conditions": len(real),
        "eceMacro": float(np.mean([r["ece"] for r in labels])),
        "cIndex": {"medianBelowCeiling": float(np.median(away)), "within": float(np.mean(np.array(away) <= 0.03)), "labels": len(away),
                   "mean": float(np.mean([r["cIndex"] for r in haz["labels"] if not r["null"]])),
                   "ceilingMean": float(np.mean([r["ceiling"] for r in haz["labels"] if not r["null"]])),
                   "ageSexMean": float(np.mean([r["ageSex"] for r in haz["labels"] if not r["null"]])),
                   "kaplanMeierMean": float(np.mean([r["kaplanMeier"] for r in haz["labels"] if not r["null"]]))},
        "slopes": {str(h): {"pooled": haz["pooledSlope"][h], "median": float(np.median([r[f"slope{h}"] for r in haz["labels"]])),
                            "within": float(np.mean([0.9 <= r[f"slope{h}"] <= 1.1 for r in haz["labels"]]))} for h in HORIZONS},
    }


def write_gains(labels: list[dict], haz: dict) -> None:
    by_key = {r["key"]: r for r in haz["labels"]}
    with (HERE / "gain.csv").open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["label", "data", "planted_null", "n", "positives", "auroc", "age_sex_auroc", "gain", "gain_low", "gain_high", "ceiling",
                      "recovered", "ece", "subgroup_gap", "shown", "events_10y", "c_index", "c_index_age_sex", "c_index_ceiling"])
        for r in labels:
            h = by_key[r["key"]]
            cell = lambda v: "" if v is None else f"{v:.4f}"
            out.writerow([r["key"], "simulated", "yes" if r["null"] else "no", r["n"], r["positives"], cell(r["auroc"]), cell(r["base"]), cell(r["gain"]),
                          *map(cell, r["gainCi"]), cell(r["ceiling"]), cell(r["recovered"]), cell(r["ece"]), cell(r["subgroupGap"]),
                          "yes" if r["shown"] else "no", h["events"], cell(h["cIndex"]), cell(h["ageSex"]), cell(h["ceiling"])])


def main() -> None:
    training = json.loads((OUT / "training.json").read_text())
    if training["encoder"] != digest():
        raise SystemExit("the head was trained on the embedding of another encoder")
    test = Rows("test", embed("test", load("test").ecg))
    train_rows = Rows("train", embed("train", load("train").ecg))
    graph, reader = load_served(), np.load(OUT / "ceiling.npz")
    all_said = answer(graph, test)
    labels = label_rows(test, all_said, calibrated(all_said["current"], training["calibration"]["params"]), reader["test_now"])
    haz = hazards(train_rows, test, all_said, reader["test_future"])
    report = {"encoder": digest(), "people": len(test), "labels": labels, "hazards": haz, "summary": summary(labels, haz),
              "robustness": robustness(test, graph, all_said), "sham": sham(graph, test), "ceilingPeople": int(reader["people"])}
    (OUT / "report.json").write_text(json.dumps(report))
    write_gains(labels, haz)
    print(json.dumps({**report["summary"], "robustness": report["robustness"], "sham": report["sham"]}, indent=1))


if __name__ == "__main__":
    main()
