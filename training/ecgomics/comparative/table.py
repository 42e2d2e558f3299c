"""The table that scripts/ecgomics-feature-table.ts wrote, and the writing of results."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

META = ["dataset", "record", "patient", "fold", "delineator", "age", "sex", "norm"]
DATA = "PTB-XL folds 1-8 of the set's first 500"
SEED = 1001
DRAWS = 2000


def read(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype={"record": str, "patient": str})
    table["female"] = (table["sex"] == "female").astype(float)
    return table


def numbers(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if name not in META and name != "female"]


def normal_adults(table: pd.DataFrame, ages: tuple[int, int]) -> pd.DataFrame:
    """PTB-XL statement NORM, age known and within the limits, the first recording of each person."""
    chosen = (table["dataset"] == "ptbxl") & (table["norm"] == 1) & table["age"].between(*ages)
    return table[chosen].drop_duplicates("patient").reset_index(drop=True)


def own(table: pd.DataFrame) -> str:
    """How the features were measured."""
    return f"own measurement, {table['delineator'].iloc[0]} delineation"


def significant(value: float, digits: int = 6) -> float:
    return float(f"{value:.{digits}g}")


def write(path: Path, content: dict, command: str) -> None:
    content = {"date": date.today().isoformat(), "command": command, "seed": SEED, **content}
    path.write_text(json.dumps(content, indent=1) + "\n")


def drawn_people(people: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Number of the person of each row, and DRAWS bootstrap draws of people [DRAWS x people]."""
    numbers, _ = pd.factorize(people)
    size = numbers.max() + 1
    return numbers, np.random.default_rng(SEED).integers(0, size, (DRAWS, size))


def mean_by_draw(values: np.ndarray, numbers: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Mean over all rows of the drawn people, for each draw."""
    sums, counts = np.bincount(numbers, values), np.bincount(numbers)
    return sums[draws].sum(axis=1) / counts[draws].sum(axis=1)


def interval(values: np.ndarray) -> list[float]:
    return [significant(value, 4) for value in np.percentile(values, [2.5, 97.5])]
