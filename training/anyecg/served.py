"""The fitted head as it will be exported, and what it answers for a part of the cohort."""

import numpy as np
import torch

from cases import OUT
from encoder import digest
from head import KEYS, LABELS, STATEMENTS, Served, Trained
from fit import Rows

REAL_FIT = OUT / "statements.npz"  # written by statements.py


def load_served() -> Served:
    state = torch.load(OUT / "head.pt", weights_only=False)
    trained = Trained(np.zeros(128), np.ones(128))
    trained.load_state_dict(state["trained"])
    fitted, terms = dict(state["fitted"]), state["terms"]
    age_sex = np.zeros((17, len(LABELS)))
    age_sex[:16, : len(KEYS)] = terms["age_sex"]
    real, bias, on = np.zeros((128, len(LABELS))), np.zeros(len(LABELS)), np.zeros(len(LABELS))
    if REAL_FIT.exists():
        with np.load(REAL_FIT) as z:
            if str(z["encoder"]) != digest():
                raise SystemExit("the statements were fitted on the embedding of another encoder")
            for k, key in enumerate(z["keys"]):
                j = LABELS.index(str(key))
                real[:, j], bias[j], on[j], age_sex[:, j] = z["weight"][k], z["bias"][k], 1, z["age_sex"][k]
    return Served(trained, {**fitted, "age_sex": age_sex, "real": real, "real_bias": bias, "real_on": on}).eval()


def answer(served: Served, rows: Rows, embedding: np.ndarray | None = None, take=slice(None)) -> dict[str, np.ndarray]:
    """current, ageSex [n x 101], hazard, ageSexHazard [n x 101 x 10] of a part, or of its rows `take` with another embedding."""
    given = rows.embedding[take] if embedding is None else torch.from_numpy(embedding)
    with torch.no_grad():
        out = [served(given[k : k + 2000], rows.age[take][k : k + 2000], rows.sex[take][k : k + 2000]) for k in range(0, len(given), 2000)]
    return {name: torch.cat(parts).numpy().astype(np.float64) for name, parts in zip(("current", "ageSex", "hazard", "ageSexHazard"), zip(*out))}


def calibrated(logit: np.ndarray, params: dict) -> np.ndarray:
    """Platt by label; `params` key -> {slope, intercept}, columns in the order of LABELS."""
    slope = np.array([params.get(k, {"slope": 1.0})["slope"] for k in LABELS[: logit.shape[1]]])
    intercept = np.array([params.get(k, {"intercept": 0.0})["intercept"] for k in LABELS[: logit.shape[1]]])
    return 1 / (1 + np.exp(-(logit * slope + intercept)))


SIMULATED_COLUMNS = len(KEYS)
