"""People of a simulated cohort: latent severities, 96 conditions with their comorbidity, what was coded, and ten years.

All of it is assumed, nothing is fitted to patients. Latents are standard normal overall and follow from each other and
from age and sex (`STRUCTURE`). Condition j is present with

    logit P = b_j + age_j (age - 55)/10 + sex_j (female - 1/2) + strength_j <loads_j, latents> + sum of the edges from
              the conditions before it in the graph (each centred on its prevalence)

b_j set so that the wanted prevalence holds. Tables: `cohort_conditions.csv`, `cohort_graph.csv`. A planted null has no
latent and is joined to other nulls only: given age and sex it knows nothing of any latent, and so of any tracing.

Coded: a present condition with probability .7, an absent one with .01. New diagnoses follow proportional hazards on
the same terms (latents at .8 of their strength), in people who do not have the condition; leaving the cohort 4 % a year.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
BLOCK = 1000  # people drawn from one stream, so that person i is the same whatever n is
SENSITIVITY, FALSE_CODE, EXIT_A_YEAR, YEARS, FUTURE_SHARE = 0.7, 0.01, 0.04, 10, 0.8
CALIBRATION_PEOPLE, CALIBRATION_SEED = 40000, 4004
LATENTS = ("bodysize", "diabetes", "hypertension", "ckd", "coronary", "lung", "hepatic", "thyroid", "inflammation", "anaemia",
           "calcium", "potassium", "hf", "af", "autonomic")
STRUCTURE = {  # latent <- (age a decade, female, {earlier latent: weight}); assumed
    "bodysize": (0.03, 0.0, {}), "diabetes": (0.12, -0.1, {"bodysize": 0.35}),
    "hypertension": (0.2, -0.05, {"bodysize": 0.3, "diabetes": 0.15}), "ckd": (0.15, 0.0, {"diabetes": 0.3, "hypertension": 0.25}),
    "coronary": (0.18, -0.3, {"diabetes": 0.25, "hypertension": 0.2}), "lung": (0.12, -0.1, {}), "hepatic": (0.05, -0.2, {}),
    "thyroid": (0.0, 0.0, {}), "inflammation": (0.08, 0.0, {}), "anaemia": (0.08, 0.2, {"ckd": 0.3, "inflammation": 0.2}),
    "calcium": (0.05, 0.1, {"ckd": 0.2}), "potassium": (0.05, 0.0, {"ckd": 0.4}),
    "hf": (0.12, -0.05, {"coronary": 0.35, "hypertension": 0.25}), "af": (0.2, -0.05, {"hf": 0.3, "thyroid": 0.2}),
    "autonomic": (-0.12, 0.05, {"diabetes": -0.3, "hf": -0.15}),
}


@dataclass(frozen=True)
class Condition:
    key: str
    chapter: str
    title: str
    icd10: str
    icd10_state: str
    coding: str
    prevalence: float
    incidence: float
    source: str
    age: float
    sex: float
    only: str
    loads: dict
    strength: float
    null: bool
    real: bool
    test: str


@dataclass
class People:
    """Arrays over people; conditions in table order. `event`: year (0-9) of a new code, -1 none; `seen`: full years followed."""

    age: np.ndarray  # years
    female: np.ndarray  # 0, 1
    latents: np.ndarray  # [n x 15]
    present: np.ndarray  # [n x 96] bool, the truth
    coded: np.ndarray  # [n x 96] bool, what the record says today
    event: np.ndarray  # [n x 96] int8
    seen: np.ndarray  # [n x 96] int8
    site: np.ndarray  # 0-3, independent of everything
    device: np.ndarray  # 0, 1, independent of everything


def number(text: str) -> float:
    return float(text) if text else 0.0


@lru_cache
def conditions() -> tuple[Condition, ...]:
    rows = csv.DictReader((FOLDER / "cohort_conditions.csv").open())
    return tuple(Condition(
        r["key"], r["chapter"], r["title"], r["icd10"], r["icd10_state"], r["coding"], float(r["prevalence"]), float(r["incidence10"]),
        r["source"], number(r["age"]), number(r["sex"]), r["only"],
        {name: float(w) for name, w in (part.split(":") for part in r["loads"].split(";") if part)},
        number(r["strength"]), r["null"] == "yes", r["real"] == "yes", r["test"]) for r in rows)


@lru_cache
def edges() -> tuple[tuple[str, str, float], ...]:
    return tuple((r["from"], r["to"], float(r["log_odds"])) for r in csv.DictReader((FOLDER / "cohort_graph.csv").open()))


@lru_cache
def order() -> tuple[int, ...]:
    """Indices of the conditions, parents first. @throws ValueError if the graph has a circle"""
    keys = [c.key for c in conditions()]
    parents = {k: {a for a, b, _ in edges() if b == k} for k in keys}
    done: list[str] = []
    while len(done) < len(keys):
        ready = [k for k in keys if k not in done and parents[k] <= set(done)]
        if not ready:
            raise ValueError("the comorbidity graph has a circle")
        done += ready
    return tuple(keys.index(k) for k in done)


def expit(z):
    return 1 / (1 + np.exp(-z))


def draw_latents(rng, age, female) -> np.ndarray:
    """[n x 15], each scaled to variance 1 by its own law (the variance explained is computed, not sampled)."""
    decade = (age - 55) / 10
    values: dict[str, np.ndarray] = {}
    for name in LATENTS:
        by_age, by_sex, by = STRUCTURE[name]
        mean = by_age * decade + by_sex * (female - 0.5) + sum(w * values[k] for k, w in by.items())
        explained = (by_age * 1.7) ** 2 + (by_sex / 2) ** 2 + sum(w * w for w in by.values())
        values[name] = mean + np.sqrt(max(1 - explained, 0.3)) * rng.standard_normal(len(age))
    return np.stack([values[name] for name in LATENTS], 1)


def allowed(condition: Condition, age, female) -> np.ndarray:
    match condition.only:
        case "male":
            return female == 0
        case "female":
            return female == 1
        case "pregnant":
            return (female == 1) & (age < 50)
        case _:
            return np.ones(len(age), bool)


def own_terms(condition: Condition, age, female, latents, share=1.0) -> np.ndarray:
    seen = sum(w * latents[:, LATENTS.index(name)] for name, w in condition.loads.items()) if condition.loads else 0.0
    return condition.age * (age - 55) / 10 + condition.sex * (female - 0.5) + share * condition.strength * seen


def parent_terms(j: int, present) -> np.ndarray:
    table = conditions()
    keys = [c.key for c in table]
    out = np.zeros(len(present))
    for a, b, weight in edges():
        if b == table[j].key:
            i = keys.index(a)
            out += weight * (present[:, i] - table[i].prevalence)
    return out


def draw_demography(rng, n):
    age = np.clip(rng.normal(56, 17, n), 18, 90)
    return age, (rng.random(n) < 0.52).astype(float)


@lru_cache
def intercepts() -> tuple[np.ndarray, np.ndarray]:
    """b_j of presence, and log yearly hazard of new diagnoses, both by bisection in people of an own seed."""
    rng = np.random.default_rng(CALIBRATION_SEED)
    age, female = draw_demography(rng, CALIBRATION_PEOPLE)
    latents = draw_latents(rng, age, female)
    table, present = conditions(), np.zeros((CALIBRATION_PEOPLE, len(conditions())), bool)
    b, h = np.zeros(len(table)), np.zeros(len(table))

    def solve(share_of, target):
        low, high = -20.0, 6.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if share_of(middle) < target else (low, middle)
        return (low + high) / 2

    for j in order():
        c, may = table[j], allowed(table[j], age, female)
        terms = own_terms(c, age, female, latents) + parent_terms(j, present)
        b[j] = solve(lambda x: expit(x + terms[may]).mean(), c.prevalence)
        present[:, j] = may & (rng.random(len(age)) < expit(b[j] + terms))
        future = (own_terms(c, age, female, latents, FUTURE_SHARE) + parent_terms(j, present))[may & ~present[:, j]]
        h[j] = solve(lambda x: (1 - np.exp(-YEARS * np.exp(x + future))).mean(), c.incidence)
    return b, h


def draw_block(seed: int, block: int) -> People:
    rng = np.random.default_rng(np.random.SeedSequence([seed, block]))
    n, table = BLOCK, conditions()
    age, female = draw_demography(rng, n)
    latents = draw_latents(rng, age, female)
    b, h = intercepts()
    present = np.zeros((n, len(table)), bool)
    hazard = np.zeros((n, len(table)))
    for j in order():
        c, may = table[j], allowed(table[j], age, female)
        present[:, j] = may & (rng.random(n) < expit(b[j] + own_terms(c, age, female, latents) + parent_terms(j, present)))
        hazard[:, j] = np.where(may, np.exp(h[j] + own_terms(c, age, female, latents, FUTURE_SHARE) + parent_terms(j, present)), 0)
    coded = np.where(present, rng.random(present.shape) < SENSITIVITY, rng.random(present.shape) < FALSE_CODE)
    leave = np.minimum(rng.exponential(1 / EXIT_A_YEAR, n), YEARS)[:, None]
    onset = rng.exponential(1.0, present.shape) / np.maximum(hazard, 1e-12)
    onset[present | (rng.random(present.shape) > SENSITIVITY)] = np.inf
    false = np.where(rng.random(present.shape) < FALSE_CODE, rng.uniform(0, YEARS, present.shape), np.inf)
    when = np.minimum(onset, false)
    event = np.where((when < leave) & ~coded, np.floor(when), -1).astype(np.int8)
    seen = np.where(event >= 0, event + 1, np.round(leave)).astype(np.int8)
    return People(age, female, latents, present, coded, event, np.where(coded, 0, seen).astype(np.int8),
                  rng.integers(0, 4, n), rng.integers(0, 2, n))


def draw_people(seed: int, n: int) -> People:
    """n people; person i comes from block i // 1000 of the seed and is the same whatever n is."""
    blocks = [draw_block(seed, k) for k in range(-(-n // BLOCK))]
    return People(*(np.concatenate([getattr(b, f) for b in blocks])[:n] for f in People.__dataclass_fields__))
