"""The table that scripts/ecgomics-feature-table.ts wrote, and the writing of results."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

META = ["dataset", "record", "patient", "fold", "age", "sex", "norm"]
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


def significant(value: float, digits: int = 6) -> float:
    return float(f"{value:.{digits}g}")


def write(path: Path, content: dict, command: str) -> None:
    content = {"date": date.today().isoformat(), "command": command, "seed": SEED, **content}
    path.write_text(json.dumps(content, indent=1) + "\n")


def by_person(table: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Row numbers of one bootstrap draw of people, with all rows of each."""
    rows = table.groupby("patient").indices
    people = list(rows)
    return np.concatenate([rows[people[i]] for i in random.integers(0, len(people), len(people))])
