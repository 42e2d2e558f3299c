"""Comorbidity lift: how much oftener two conditions meet in one person than age and sex explain, as shrunk log odds ratio.

Usage: python training/anyecg/lift.py          writes out/lift.json
From what is coded in the training people, in strata of age and sex (Peto's one-step estimate: sum of observed minus expected
over its variance; Yusuf et al., Prog Cardiovasc Dis 1985;27:335), shrunk towards 0 by the variance between pairs. Judged
against the planted graph: the same association of the true conditions in 200,000 other people.
"""

import json

import numpy as np
from scipy.stats import spearmanr

from cases import OUT, load
from head import KEYS
from simulators.cohort_people import conditions, draw_people, edges

BANDS = (18, 30, 40, 50, 60, 70, 80, 91)
TRUTH_SEED, TRUTH_PEOPLE, SHOWN_Z = 7007, 200000, 3.0


def association(have: np.ndarray, age: np.ndarray, female: np.ndarray, stratified: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """(log odds ratio [L x L], its variance). have: bool [n x L]"""
    band = np.digitize(age, BANDS) * 2 + female.astype(int) if stratified else np.zeros(len(age), int)
    difference = variance = 0.0
    for stratum in np.unique(band):
        y = have[band == stratum].astype(np.float64)
        n, each = len(y), y.sum(0)
        if n < 2:
            continue
        expected = np.outer(each, each) / n
        difference = difference + y.T @ y - expected
        variance = variance + expected * np.outer(n - each, n - each) / (n * (n - 1))
    return difference / np.maximum(variance, 1e-9), 1 / np.maximum(variance, 1e-9)


def shrunk(log_odds: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Empirical Bayes: the spread between pairs that chance does not explain decides how much is believed."""
    pairs = np.triu_indices(len(log_odds), 1)
    w = 1 / variance[pairs]
    between = max(float(np.average(log_odds[pairs] ** 2 - variance[pairs], weights=w)), 0.01)
    return log_odds * between / (between + variance)


def main() -> None:
    use = np.array([not c.real for c in conditions()])
    keys = [k for k, u in zip(KEYS, use) if u]
    people = load("train").people
    raw, variance = association(people.coded[:, use], people.age, people.female)
    lift = shrunk(raw, variance)
    truth_people = draw_people(TRUTH_SEED, TRUTH_PEOPLE)
    truth, _ = association(truth_people.present[:, use], truth_people.age, truth_people.female)
    unadjusted, _ = association(people.coded[:, use], people.age, people.female, stratified=False)
    together = (people.coded[:, use].T.astype(float) @ people.coded[:, use]) / len(people.age)
    pairs = np.triu_indices(len(keys), 1)
    edge = {(a, b) for a, b, _ in edges()} | {(b, a) for a, b, _ in edges()}
    joined = np.array([(keys[i], keys[j]) in edge for i, j in zip(*pairs)])
    weight = {frozenset((a, b)): w for a, b, w in edges()}

    def rank(x, which=slice(None)):
        return float(spearmanr(x[pairs][which], truth[pairs][which]).statistic)

    on_edges = [weight[frozenset((keys[i], keys[j]))] for i, j, e in zip(*pairs, joined) if e]
    z = np.abs(raw) / np.sqrt(variance)
    report = {
        "pairs": int(len(pairs[0])), "people": len(people.age), "truthPeople": TRUTH_PEOPLE, "joined": int(joined.sum()),
        "spearman": {"lift": rank(lift), "lift, joined pairs": rank(lift, joined), "raw co-occurrence": rank(together),
                     "raw co-occurrence, joined pairs": rank(together, joined), "odds ratio without age and sex": rank(unadjusted)},
        "spearmanWithWeights": {"lift": float(spearmanr(lift[pairs][joined], on_edges).statistic),
                                "truth": float(spearmanr(truth[pairs][joined], on_edges).statistic)},
        "shown": [{"a": keys[i], "b": keys[j], "logOddsRatio": round(float(lift[i, j]), 3)} for i, j in zip(*pairs) if z[i, j] >= SHOWN_Z],
    }
    (OUT / "lift.json").write_text(json.dumps(report))
    print({k: v for k, v in report.items() if k != "shown"}, len(report["shown"]), "pairs shown")


if __name__ == "__main__":
    main()
