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
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold

from table import DATA, DRAWS, SEED, by_person, numbers, read, significant, write

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


def fit(values: pd.DataFrame, age: np.ndarray, penalty: float) -> tuple[dict, Ridge]:
    how = prepared(values)
    return how, Ridge(alpha=penalty).fit(standardised(values, how), age)


def chosen_penalty(values: pd.DataFrame, age: np.ndarray, people: np.ndarray) -> float:
    errors = np.zeros(len(PENALTIES))
    for train, test in GroupKFold(INNER, shuffle=True, random_state=SEED).split(values, age, people):
        how = prepared(values.iloc[train])
        x, y = standardised(values.iloc[train], how), standardised(values.iloc[test], how)
        for i, penalty in enumerate(PENALTIES):
            errors[i] += np.abs(Ridge(alpha=penalty).fit(x, age[train]).predict(y) - age[test]).sum()
    return float(PENALTIES[errors.argmin()])


def error(difference: np.ndarray, table: pd.DataFrame, reference: np.ndarray | None = None) -> dict:
    """Mean absolute error with its 95 % interval by person; with a reference also the part of its error that is saved."""
    random = np.random.default_rng(SEED)
    draws = [by_person(table, random) for _ in range(DRAWS)]
    mae = np.abs(difference)
    said = {"mae": significant(mae.mean(), 4), "ci95": interval([mae[rows].mean() for rows in draws])}
    if reference is not None:
        other = np.abs(reference)
        said["saved"] = significant(1 - mae.mean() / other.mean(), 4)
        said["savedCi95"] = interval([1 - mae[rows].mean() / other[rows].mean() for rows in draws])
    return said


def interval(values: list[float]) -> list[float]:
    return [significant(v, 4) for v in np.percentile(values, [2.5, 97.5])]


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
        how, model = fit(values.iloc[train], age[train], penalty)
        predicted[test] = model.predict(standardised(values.iloc[test], how))
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
        part = table.iloc[rows].reset_index(drop=True)
        groups[name] = {"n": len(rows), **error(residual[rows], part, (mean_age - age)[rows])}
    # Ridge draws towards the mean: what a person of that age is predicted on average.
    slope, intercept = np.polyfit(age, predicted, 1)

    penalty = chosen_penalty(values, age, people)
    how, model = fit(values, age, penalty)
    content = {
        "source": f"{DATA} and LUDB 1-150, ages {AGES[0]} to {AGES[1]}, any diagnosis; own measurement",
        "n": {"recordings": len(table), "people": int(table["patient"].nunique())},
        "ages": list(AGES),
        "method": f"ridge regression, penalty by {INNER} inner folds; errors from {OUTER} outer folds by person",
        "penalty": significant(penalty),
        "error": {
            "ecg": error(residual, table, mean_age - age),
            "meanAge": error(mean_age - age, table), "meanAgeOfSex": error(sex_age - age, table),
            "absolute95": significant(np.quantile(np.abs(residual), 0.95), 4),
            "correlation": significant(np.corrcoef(predicted, age)[0, 1], 4),
            "target": "error at least 20 % below that of the mean age",
            "groups": groups,
        },
        "expected": {"intercept": significant(intercept), "slope": significant(slope)},
        "intercept": significant(float(model.intercept_)),
        "features": [
            {"name": name, **{key: significant(how[key][name]) for key in ("median", "low", "high", "mean", "scale")},
             "weight": significant(weight)}
            for name, weight in zip(names, model.coef_)
        ],
    }
    command = "python training/ecgomics/comparative/age.py features.csv inference/modules/ecgomics/norms"
    write(given.out / "ecg-age.json", content, command)
    print(content["n"], content["error"], "penalty", penalty, "features", len(names))


if __name__ == "__main__":
    main()
