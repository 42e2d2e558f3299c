"""What the model must beat: age and sex, a logistic model of fifteen variables, the bedside scores; coefficients go into the folder."""

import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

from table import Table

#: One statistic of each of the fifteen core variables (variables.json `core`).
FIFTEEN = ("gcs.min", "lactate.max", "oxygen-saturation.min", "mean-arterial-pressure.mean", "creatinine.max", "platelets.min", "bilirubin.max",
           "white-cells.max", "urine.rate", "respiratory-rate.mean", "heart-rate.mean", "temperature.mean", "bun.max", "sodium.min", "bicarbonate.min")
TWENTY_FOUR = (*FIFTEEN, "age", "unit.coronary", "unit.cardiac-surgery", "unit.medical", "ventilation.any", "fio2.max", "ph.min", "potassium.max", "glucose.max")
FIFTEEN_SUPPORT = ("age", "scoma", "num.co", "meanbp", "wblc", "hrt", "resp", "temp", "pafi", "alb", "bili", "crea", "sod", "bun", "urine")
LOGGED = {"lactate.max", "creatinine.max", "platelets.min", "bilirubin.max", "white-cells.max", "urine.rate", "bun.max", "wblc", "bili", "crea", "bun"}


def of(table: Table) -> tuple[str, ...]:
    return FIFTEEN_SUPPORT if table.name == "support2" else FIFTEEN


def columns(table: Table, names) -> np.ndarray:
    is_male = lambda: np.array([np.nan if s is None else float(s == "male") for s in table.people["sex"]])
    return np.stack([is_male() if n == "sex.male" else table.columns[n] for n in names], 1).astype(float)


def transformed(x: np.ndarray, names) -> np.ndarray:
    return np.stack([np.log1p(x[:, i]) if n in LOGGED else x[:, i] for i, n in enumerate(names)], 1)


def fit_logistic(table: Table, names) -> dict:
    """Missing values at the mean; @returns {features, log, mean, coefficients, intercept}: coefficients on the (logged) value itself"""
    z = transformed(columns(table, names), names)
    mean, sd = np.nanmean(z, 0), np.nanstd(z, 0)
    z = (np.where(np.isnan(z), mean, z) - mean) / sd
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=1.0, max_iter=2000).fit(z, table.died)
    weights = model.coef_[0] / sd
    rounded = lambda v: [float(f"{x:.7g}") for x in v]
    return {"features": list(names), "log": [n in LOGGED for n in names], "mean": rounded(mean), "coefficients": rounded(weights),
            "intercept": float(f"{model.intercept_[0] - weights @ mean:.7g}")}


def apply_logistic(model: dict, table: Table) -> np.ndarray:
    """@returns logits"""
    z = transformed(columns(table, model["features"]), model["features"])
    return np.where(np.isnan(z), model["mean"], z) @ np.asarray(model["coefficients"]) + model["intercept"]


def all_of(table: Table) -> dict:
    found = {"age-sex": fit_logistic(table, ("age", "sex.male")), "logistic-15": fit_logistic(table, of(table))}
    if table.name == "support2":
        found["logistic-all"] = fit_logistic(table, table.names)
    return found
