"""Reference intervals and percentiles of normal adults, measured by our own module.

    python training/ecgomics/comparative/norms.py features.csv inference/modules/ecgomics/norms

Reference interval: 2.5th to 97.5th percentile of each sex, non-parametric, with a 90 % bootstrap interval of each limit
(CLSI EP28-A3c asks for 120 people a group for that; the groups here are smaller, and n is printed beside every interval).
Percentiles: linear quantile regression on age and sex (Koenker R, Bassett G 1978, Econometrica 46:33).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import QuantileRegressor

from table import DATA, DRAWS, SEED, normal_adults, numbers, own, read, significant, write

AGES = (20, 85)
QUANTILES = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975]
LEAST = 40
PERCENTILE_OF = [
    "heart.rate", "p.duration", "pr.interval", "qrs.duration", "qt.fridericia", "t.peak-end", "qrs.axis", "t.axis",
    "qrs-t.angle.spatial", "voltage.sokolow-lyon", "voltage.cornell", "vector.qrs", "vector.t", "hrv.rmssd",
]
# Counts, noise and shares say nothing about a person.
NO_INTERVAL = ("beats.", "noise.", "template.", "percentile.", "ecg-age", "normal-cloud", "qrs.fragmentation")


def intervals(table: pd.DataFrame) -> dict:
    found: dict[str, list[dict]] = {}
    random = np.random.default_rng(SEED)
    for name in numbers(table):
        if "|" in name or name.startswith(NO_INTERVAL):
            continue
        for sex in ("male", "female"):
            values = table.loc[table["sex"] == sex, name].dropna().to_numpy()
            if len(values) < LEAST:
                continue
            low, high = np.percentile(values, [2.5, 97.5])
            draws = np.percentile(values[random.integers(0, len(values), (DRAWS, len(values)))], [2.5, 97.5], axis=1)
            ci = np.percentile(draws, [5, 95], axis=1)
            found.setdefault(name, []).append({
                "sex": sex, "low": significant(low), "high": significant(high), "n": len(values),
                "lowCi90": [significant(v) for v in ci[:, 0]], "highCi90": [significant(v) for v in ci[:, 1]],
            })
    return found


def percentiles(table: pd.DataFrame) -> dict:
    found = {}
    for name in PERCENTILE_OF:
        known = table[table[name].notna()]
        design = np.column_stack([(known["age"] - 50) / 10, known["female"]])
        scale = known[name].std()
        rows = []
        for quantile in QUANTILES:
            model = QuantileRegressor(quantile=quantile, alpha=0, solver="highs").fit(design, known[name] / scale)
            rows.append([significant(v * scale) for v in (model.intercept_, *model.coef_)])
        found[name] = {"n": len(known), "coefficients": rows}
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    table = normal_adults(read(given.table), AGES)
    women = int(table["female"].sum())
    about = {
        "source": f"{DATA}, statement NORM, ages {AGES[0]} to {AGES[1]}, one recording a person; {own(table)}",
        "people": {"n": len(table), "women": women, "men": len(table) - women},
        "ages": list(AGES),
    }
    command = "python training/ecgomics/comparative/norms.py features.csv inference/modules/ecgomics/norms"
    write(given.out / "reference-intervals.json", {**about, "intervals": intervals(table)}, command)
    content = {**about, "quantiles": QUANTILES, "terms": ["1", "(age - 50) / 10", "female"], "features": percentiles(table)}
    write(given.out / "percentiles.json", content, command)
    print(f"{len(table)} people, {women} women")


if __name__ == "__main__":
    main()
