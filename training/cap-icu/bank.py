"""Case bank and its retrieval; mirrors inference/modules/cap-icu/bank (retrieve.ts, clinical.ts, correct.ts), to choose k and lambda.

The bank holds training stays only, with cross-fitted predictions and binned values. A stay enters when age +-10 years would
move its prediction by more than .05, or when it was mispredicted by .4 or more; the larger reason names it. Sex and race are
no inputs of the model, so no flip of them can move it. Stays that share too few clinical variables could never be retrieved
and are left out.
"""

import numpy as np

from calibrate import expit, logit

KEYS = ("apache", "sofa", "gcs", "lactate", "creatinine", "charlson", "map")
WEIGHT = {"apache": 3.5, "sofa": 3, "gcs": 2, "lactate": 2, "creatinine": 2, "charlson": 1.5, "map": 1.5}
RANGE = {"apache": (0, 150), "sofa": (0, 24), "gcs": (3, 15), "lactate": (0.5, 10), "creatinine": (0.3, 10), "charlson": (0, 30), "map": (40, 120)}
LOGGED = {"lactate", "creatinine"}
CUTS = {"apache": (40, 80, 120), "sofa": (6, 12, 20), "gcs": (8, 5, 3), "lactate": (2, 4, 8), "creatinine": (1.2, 2, 4), "charlson": (2, 5, 8), "map": ()}
#: First feature that is known counts; as in bank/clinical.ts.
FEATURE = {"sofa": ("sofa.partial",), "gcs": ("gcs.min",), "lactate": ("lactate.max",), "creatinine": ("creatinine.max", "crea"),
           "charlson": ("num.co",), "map": ("mean-arterial-pressure.mean", "meanbp")}
STEP = {"apache": 5, "sofa": 1, "gcs": 1, "lactate": 0.5, "creatinine": 0.2, "charlson": 1, "map": 5}
MIN_DEMOGRAPHIC, MIN_SIMILARITY, MIN_SHARED, BIN_YEARS = 3, 0.8, 4, 5
MAX_ERROR, FLIP, MISPREDICTION = 1.5, 0.05, 0.4
#: Outcomes are not certain to the model: 0 and 1 stand for .01 and .99 in a logit residual.
CERTAIN = 0.01


def clinical(columns: dict[str, np.ndarray], n: int) -> np.ndarray:
    """@param columns feature name -> values; @returns [n, 7] with NaN where not known"""
    out = np.full((n, len(KEYS)), np.nan)
    for i, key in enumerate(KEYS):
        for name in FEATURE.get(key, ()):
            if name in columns:
                out[:, i] = np.where(np.isnan(out[:, i]), columns[name], out[:, i])
    return out


def binned(values: np.ndarray) -> np.ndarray:
    return np.stack([np.round(np.round(values[:, i] / STEP[k]) * STEP[k], 2) for i, k in enumerate(KEYS)], 1)


def residual(died: np.ndarray, p: np.ndarray) -> np.ndarray:
    return np.clip(logit(np.where(died == 1, 1 - CERTAIN, CERTAIN)) - logit(p), -MAX_ERROR, MAX_ERROR)


def entries(people: dict, values: np.ndarray, p: np.ndarray, flips: np.ndarray) -> dict:
    """Who enters: @param people age, sex, race, died (arrays); @param flips largest change of p under age +-10 years."""
    died = people["died"]
    wrong = np.abs(died - p)
    shared = (~np.isnan(values)).sum(1)
    known = ~np.isnan(people["age"])
    chosen = np.flatnonzero(((flips > FLIP) | (wrong >= MISPREDICTION)) & (shared >= MIN_SHARED) & known)
    q = np.round(p[chosen], 2)
    error = residual(died[chosen], np.clip(q, 0.01, 0.99))
    # A residual that contradicts outcome minus prediction does not occur but at the clip of the rounding.
    error = np.where(np.sign(error) == np.sign(died[chosen] - q), error, 0)
    return {"row": chosen, "age": np.floor(people["age"][chosen] / BIN_YEARS) * BIN_YEARS, "sex": people["sex"][chosen],
            "race": people["race"][chosen], "died": died[chosen], "predicted": q, "error": np.round(error, 2),
            "bias": np.where(wrong[chosen] >= MISPREDICTION, "misprediction", "flip-age"), "values": binned(values[chosen])}


def scaled(values: np.ndarray) -> np.ndarray:
    out = np.full(values.shape, np.nan)
    for i, key in enumerate(KEYS):
        low, high = RANGE[key]
        v = np.clip(values[:, i], low, high)
        out[:, i] = np.log(v / low) / np.log(high / low) if key in LOGGED else (v - low) / (high - low)
    return out


def beyond(values: np.ndarray, key: str, i: int) -> np.ndarray:
    """@returns [n, cuts]"""
    v = values[:, i][:, None]
    return v <= np.asarray(CUTS[key])[None] if key == "gcs" else v >= np.asarray(CUTS[key])[None]


def similarity(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """@returns [len(a), len(b)]; NaN where fewer than four variables are shared"""
    distance, weights, shared = np.zeros((len(a), len(b))), np.zeros((len(a), len(b))), np.zeros((len(a), len(b)))
    x, y = scaled(a), scaled(b)
    for i, key in enumerate(KEYS):
        both = ~np.isnan(x[:, i])[:, None] & ~np.isnan(y[:, i])[None]
        d = np.abs(x[:, i][:, None] - y[:, i][None])
        if CUTS[key]:
            d = d + 0.1 * (beyond(a, key, i)[:, None, :] != beyond(b, key, i)[None, :, :]).sum(2)
        distance += np.where(both, WEIGHT[key] * np.minimum(1, d), 0)
        weights += np.where(both, WEIGHT[key], 0)
        shared += both
    with np.errstate(invalid="ignore"):
        return np.where(shared >= MIN_SHARED, 1 - distance / np.maximum(weights, 1e-9), np.nan)


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    known = lambda v: np.asarray([x is not None and x != "" for x in v])
    return (np.asarray(a, object)[:, None] == np.asarray(b, object)[None]) & known(a)[:, None]


def retrieval(people: dict, values: np.ndarray, bank: dict, top: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """@returns (index in the bank or -1, similarity), both [n, top], most similar first"""
    years = np.abs(people["age"][:, None] - (bank["age"][None] + BIN_YEARS / 2))
    score = np.select([years <= 5, years <= 10, years <= 20], [2.0, 1.5, 0.5], 0.0)
    score = score + 1.5 * same(people["sex"], bank["sex"]) + 1.5 * same(people["race"], bank["race"])
    s = similarity(values, bank["values"])
    s = np.where((score >= MIN_DEMOGRAPHIC) & (s > MIN_SIMILARITY), s, -1)
    order = np.lexsort((np.broadcast_to(np.arange(s.shape[1]), s.shape), -score, -s), axis=1)[:, :top]
    found = np.take_along_axis(s, order, 1)
    return np.where(found > 0, order, -1), np.where(found > 0, found, 0)


def shift(index: np.ndarray, s: np.ndarray, error: np.ndarray, k: float, lam: float, cap: float, cases: int = 5) -> np.ndarray:
    index, s = index[:, :cases], s[:, :cases]
    e = np.where(index >= 0, error[np.maximum(index, 0)], 0)
    return np.clip(k * (s * e).sum(1) / (s.sum(1) + lam), -cap, cap)


def moved(p: np.ndarray, delta: np.ndarray) -> np.ndarray:
    return expit(logit(p) + delta)


def as_json(bank: dict) -> list:
    cases = []
    for i in range(len(bank["row"])):
        case = {"id": f"b{i + 1:04d}", "age": int(bank["age"][i])}
        for name in ("sex", "race"):
            if bank[name][i]:
                case[name] = bank[name][i]
        case |= {"died": int(bank["died"][i]), "predicted": float(bank["predicted"][i]), "error": float(bank["error"][i]), "bias": str(bank["bias"][i]),
                 "values": {k: (int(v) if v == int(v) else float(v)) for k, v in zip(KEYS, bank["values"][i]) if not np.isnan(v)}}
        cases.append(case)
    return cases
