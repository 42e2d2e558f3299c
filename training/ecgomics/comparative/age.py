"""ECG age: ridge regression of age on the measured features, and what it is worth.

    python training/ecgomics/comparative/age.py features.csv inference/modules/ecgomics/norms

People of PTB-XL folds 1-8 (any diagnosis) and LUDB 1-150, ages 18 to 89. Nested cross-validation by person: 10 outer folds
give every prediction, 5 inner folds choose the penalty. Beside it the two guesses that need no ECG: the mean age, and the
mean age of the sex. Interval of the error by bootstrap over people.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from table import DATA, SEED, drawn_people, interval, mean_by_draw, numbers, own, read, significant, write

AGES = (18, 89)
PENALTIES = np.logspace(1, 4.5, 15)
MOST_MISSING = 0.15
OUTER, INNER = 10, 5
# What speaks of the recorder, of the length of the recording or of the number of its beats, not of the heart.
LEFT_OUT = ("beats.", "noise.", "template.", "rr.", "late.", "percentile.", "ecg-age", "normal-cloud", "qrs.notches")


def inputs(table: pd.DataFrame) -> list[str]:
    names = [name for name in numbers(table) if not name.startswith(LEFT_OUT)]
    return [name for name in names if table[name].isna().mean() <= MOST_MISSING] + ["female"]


def prepared(values: pd.DataFrame) -> dict:
    """Limits, middle and scale of each feature, from training rows alone."""
    low, high, middle = values.quantile(0.01), values.quantile(0.99), values.median()
    filled = values.fillna(middle).clip(low, high, axis=1)
    return {"low": low, "high": high, "median": middle, "mean": filled.mean(), "scale": filled.std().replace(0, 1)}


def standardised(values: pd.DataFrame, how: dict) -> np.ndarray:
    filled = values.fillna(how["median"]).clip(how["low"], how["high"], axis=1)
    return ((filled - how["mean"]) / how["scale"]).to_numpy()


def fit(values: pd.DataFrame, age: np.ndarray, penalty: float) -> tuple[dict, np.ndarray, float]:
    """How to standardise, the weights, and the intercept."""
    how = prepared(values)
    return how, weights(standardised(values, how), age, np.array([penalty]))[0], float(age.mean())


def weights(x: np.ndarray, age: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """Ridge weights for each penalty from one singular value decomposition; `x` has mean 0 by column."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return ((s / (s**2 + penalties[:, None])) * (u.T @ (age - age.mean()))) @ vt


def chosen_penalty(values: pd.DataFrame, age: np.ndarray, people: np.ndarray) -> float:
    errors = np.zeros(len(PENALTIES))
    for train, test in GroupKFold(INNER, shuffle=True, random_state=SEED).split(values, age, people):
        how = prepared(values.iloc[train])
        x, y = standardised(values.iloc[train], how), standardised(values.iloc[test], how)
        predicted = y @ weights(x, age[train], PENALTIES).T + age[train].mean()
        errors += np.abs(predicted - age[test][:, None]).sum(axis=0)
    return float(PENALTIES[errors.argmin()])


def error(difference: np.ndarray, people: pd.Series, reference: np.ndarray | None = None) -> dict:
    """Mean absolute error with its 95 % interval by person; with a reference also the part of its error that is saved."""
    numbers_of, draws = drawn_people(people)
    mae = np.abs(difference)
    drawn = mean_by_draw(mae, numbers_of, draws)
    said = {"mae": significant(mae.mean(), 4), "ci95": interval(drawn)}
    if reference is not None:
        other = np.abs(reference)
        said["saved"] = significant(1 - mae.mean() / other.mean(), 4)
        said["savedCi95"] = interval(1 - drawn / mean_by_draw(other, numbers_of, draws))
    return said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    table = read(given.table)
    table = table[table["age"].between(*AGES)].reset_index(drop=True)
    names = inputs(table)
    values, age, people = table[names], table["age"].to_numpy(), table["patient"].to_numpy()

    predicted, mean_age, sex_age = (np.zeros(len(age)) for _ in range(3))
    for train, test in GroupKFold(OUTER, shuffle=True, random_state=SEED).split(values, age, people):
        penalty = chosen_penalty(values.iloc[train], age[train], people[train])
        how, weight, intercept = fit(values.iloc[train], age[train], penalty)
        predicted[test] = standardised(values.iloc[test], how) @ weight + intercept
        mean_age[test] = age[train].mean()
        by_sex = [age[train][table["female"].to_numpy()[train] == sex].mean() for sex in (0, 1)]
        sex_age[test] = np.where(table["female"].to_numpy()[test] == 1, by_sex[1], by_sex[0])

    residual = predicted - age
    groups = {}
    for name, chosen in {
        "PTB-XL": table["dataset"] == "ptbxl", "LUDB": table["dataset"] == "ludb",
        "PTB-XL, statement NORM": (table["dataset"] == "ptbxl") & (table["norm"] == 1),
        "men": table["female"] == 0, "women": table["female"] == 1,
    }.items():
        rows = np.flatnonzero(chosen)
        groups[name] = {"n": len(rows), **error(residual[rows], table["patient"].iloc[rows], (mean_age - age)[rows])}
    # Ridge draws towards the mean: what a person of that age is predicted on average.
    slope, expected = np.polyfit(age, predicted, 1)

    penalty = chosen_penalty(values, age, people)
    how, weight, intercept = fit(values, age, penalty)
    content = {
        "source": f"{DATA} and LUDB 1-150, ages {AGES[0]} to {AGES[1]}, any diagnosis; {own(table)}",
        "n": {"recordings": len(table), "people": int(table["patient"].nunique())},
        "ages": list(AGES),
        "method": f"ridge regression, penalty by {INNER} inner folds; errors from {OUTER} outer folds by person",
        "penalty": significant(penalty),
        "error": {
            "ecg": error(residual, table["patient"], mean_age - age),
            "meanAge": error(mean_age - age, table["patient"]),
            "meanAgeOfSex": error(sex_age - age, table["patient"]),
            "absolute95": significant(np.quantile(np.abs(residual), 0.95), 4),
            "correlation": significant(np.corrcoef(predicted, age)[0, 1], 4),
            "target": "error at least 20 % below that of the mean age",
            "groups": groups,
        },
        "expected": {"intercept": significant(expected), "slope": significant(slope)},
        "intercept": significant(intercept),
        "features": [
            {"name": name, **{key: significant(how[key][name]) for key in ("median", "low", "high", "mean", "scale")},
             "weight": significant(one)}
            for name, one in zip(names, weight)
        ],
    }
    command = "python training/ecgomics/comparative/age.py features.csv inference/modules/ecgomics/norms"
    write(given.out / "ecg-age.json", content, command)
    print(content["n"], content["error"], "penalty", penalty, "features", len(names))


if __name__ == "__main__":
    main()
