"""Groups on the held-back part: gaps of base, fair and CAP, flips, proxies, what the model relies on in each group."""

import numpy as np
from sklearn.linear_model import LogisticRegression

import bank as cases
from bootstrap import auroc, figure
from calibrate import apply, line
from data import CACHE
from judged import Shipped
from table import Table

BANDS = ["<30", "30-49", "50-64", "65-74", "75-84", "85+"]
MIN_STAYS, MIN_DEATHS, CLAIM_DEATHS = 30, 5, 20
FLIP_YEARS = 10


def groups(table: Table) -> dict[str, np.ndarray]:
    band = np.array(BANDS, object)[np.digitize(np.nan_to_num(table.people["age"]), [30, 50, 65, 75, 85])]
    out = {"sex": table.people["sex"], "age": band}
    if any(r is not None for r in table.people["race"]):
        out["race"] = table.people["race"]
    units = [n for n in table.columns if n.startswith("unit.")]
    if units:
        out["unit"] = np.array([next((u[5:] for u in units if table.columns[u][i] == 1), None) for i in range(len(table.died))], object)
    return out


def matched(p: np.ndarray, y: np.ndarray) -> float:
    """The cut that calls as many as died."""
    return float(np.quantile(p, 1 - y.mean()))


def rates(y: np.ndarray, called: np.ndarray, group: np.ndarray, outcome: int, minimum: int) -> list[float]:
    found = []
    for g in sorted({x for x in group if x is not None}):
        inside = group == g
        if inside.sum() >= MIN_STAYS and y[inside].sum() >= minimum:
            found.append(called[inside & (y == outcome)].mean())
    return found


def gap(y, called, group, outcome=1, minimum=CLAIM_DEATHS) -> float:
    found = rates(y, called, group, outcome, minimum)
    return max(found) - min(found) if len(found) > 1 else np.nan


def largest(gaps: list[float]) -> float:
    known = [g for g in gaps if g == g]
    return max(known) if known else np.nan


def ablation(shipped: Shipped, train: Table, held: Table, base: np.ndarray, served: np.ndarray, index: np.ndarray) -> dict:
    """base, fair (no protected input: the same), CAP, and cuts of each group's own; gaps at the cut matched on the training part."""
    y, by = held.died, groups(held)
    known = {name: g for name, g in by.items() if name in ("sex", "age", "race")}
    cut = matched(base, y)
    variants = {"base": base >= cut, "fair": base >= cut, "CAP": served >= matched(served, y)}
    of_all = lambda yy, called, *gs: largest([gap(yy, called, g) for g in gs])
    out = {"threshold": cut, "variants": {}}
    for name, called in variants.items():
        p = served if name == "CAP" else base
        row = {"auroc": figure(auroc, y, p, index=index)}
        for attribute, g in known.items():
            row[f"eod.{attribute}"] = figure(gap, y, called, g, index=index)
            row[f"equalizedOdds.{attribute}"] = figure(lambda a, b, c: largest([gap(a, b, c), gap(a, b, c, 0)]), y, called, g, index=index)
        row["eod.max"] = figure(of_all, y, called, *known.values(), index=index)
        out["variants"][name] = row
    cap, plain = variants["CAP"], variants["base"]
    out["difference"] = {"auroc": figure(lambda a, b, c: auroc(a, b) - auroc(a, c), y, served, base, index=index),
                         "eod.max": figure(lambda a, b, c, *gs: of_all(a, b, *gs) - of_all(a, c, *gs), y, cap, plain, *known.values(), index=index)}
    # Cuts of each age band's own that reach the same sensitivity on the training part: what equal sensitivity costs.
    own = np.zeros(len(y), bool)
    asked = apply(shipped.manifest["calibration"], shipped.logit(shipped.rows(train)))
    wanted = (asked[train.died == 1] >= matched(asked, train.died)).mean()
    trained = groups(train)["age"]
    for band in BANDS:
        deaths = asked[(trained == band) & (train.died == 1)]
        limit = np.quantile(deaths, 1 - wanted) if len(deaths) >= MIN_DEATHS else matched(asked, train.died)
        own |= (by["age"] == band) & (base >= limit)
    out["groupThresholds"] = {"eod.age": figure(gap, y, own, by["age"], index=index), "falsePositiveRate": float(own[y == 0].mean()),
                              "falsePositiveRateBase": float(plain[y == 0].mean()), "sensitivity": float(own[y == 1].mean()), "sensitivityBase": float(plain[y == 1].mean())}
    return out


def subgroups(held: Table, p: np.ndarray, train: Table, index: np.ndarray) -> list[dict]:
    y, cut, found = held.died, matched(p, held.died), []
    for attribute, group in groups(held).items():
        for g in sorted({x for x in group if x is not None}):
            inside = np.flatnonzero(group == g)
            row = {"attribute": attribute, "group": g, "n": len(inside), "positives": int(y[inside].sum())}
            if row["n"] >= MIN_STAYS and row["positives"] >= MIN_DEATHS:
                yy, q = y[inside], p[inside]
                draws = np.random.default_rng(3003).integers(0, len(inside), (len(index), len(inside)))
                a = figure(auroc, yy, q, index=draws)
                c = figure(lambda u, v: line(u, v)[1], yy, q, index=draws[:300])
                called = q >= cut
                row |= {"auroc": a["value"], "aurocCi": a["ci"], "sensitivity": float(called[yy == 1].mean()), "falsePositiveRate": float(called[yy == 0].mean()),
                        "ppv": float(yy[called].mean()) if called.any() else None, "observed": float(yy.mean()), "predicted": float(q.mean()),
                        "calibrationIntercept": c["value"], "calibrationInterceptCi": c["ci"]}
            found.append(row)
    return found


def out_of_fold(which: str, shipped: Shipped, train: Table) -> list[dict]:
    """Calibration intercept by group on the out-of-fold predictions of the training part: more deaths than the held-back part has."""
    path = CACHE / f"out-of-fold-{which}.npz"
    if not path.exists():
        return []
    kept = np.load(path)
    if list(kept["ids"]) != train.ids:
        return []
    p, found = apply(shipped.manifest["calibration"], kept["z"][0]), []
    for attribute in ("sex", "age", "race"):
        group = groups(train).get(attribute, np.array([]))
        for g in sorted({x for x in group if x is not None}):
            inside = group == g
            # Of race only groups that rules and specs let be quoted (specs 06 section 7).
            if inside.sum() >= (100 if attribute == "race" else MIN_STAYS) and train.died[inside].sum() >= MIN_DEATHS:
                found.append({"attribute": attribute, "group": g, "n": int(inside.sum()), "positives": int(train.died[inside].sum()),
                              "calibrationIntercept": line(train.died[inside], p[inside])[1]})
    return found


def flips(shipped: Shipped, held: Table, served: np.ndarray) -> dict:
    x, age = shipped.rows(held), shipped.names.index("age")
    out = {"sex": "not an input: not informative for the model", "race": "not an input: not informative for the model"}
    for years in (FLIP_YEARS, -FLIP_YEARS):
        changed = x.copy()
        changed[:, age] += years
        people = held.people | {"age": held.people["age"] + years}
        delta = shipped.served(held, changed, people)[1] - served
        out[f"age{years:+d}"] = {"mean": float(delta.mean()), "largest": float(np.abs(delta).max()), "over.05": float((np.abs(delta) > 0.05).mean())}
    # Sex and race choose cases, so they can still move what is served by way of the bank.
    other = held.people | {"sex": np.array([{"female": "male", "male": "female"}.get(s) for s in held.people["sex"]], object)}
    delta = shipped.served(held, None, other)[1] - served
    out["sexThroughBank"] = {"mean": float(delta.mean()), "largest": float(np.abs(delta).max())}
    if any(r is not None for r in held.people["race"]):
        swapped = np.array([{"white": "black", "black": "white"}.get(r, r) for r in held.people["race"]], object)
        delta = shipped.served(held, None, held.people | {"race": swapped})[1] - served
        out["raceThroughBank"] = {"mean": float(delta.mean()), "largest": float(np.abs(delta).max())}
    return out


def proxies(train: Table, held: Table, shipped: Shipped) -> dict:
    """How well the inputs tell the attribute that is no input (rules section 12): logistic model, fitted on the training part."""
    median = np.array([shipped.reference[n]["median"] for n in shipped.names])
    z = lambda t: np.clip((np.where(np.isnan(shipped.rows(t)), median, shipped.rows(t)) - mean) / sd, -4, 4)
    mean, sd = np.nanmean(shipped.rows(train), 0), np.maximum(np.nanstd(shipped.rows(train), 0), 1e-6)
    out = {}
    for attribute, positive, negative in (("sex", "male", "female"), ("race", "black", "white")):
        fit, test = (np.isin(t.people[attribute].astype(str), (positive, negative)) for t in (train, held))
        if fit.sum() < 200:
            continue
        model = LogisticRegression(C=0.01, max_iter=1000).fit(z(train)[fit], train.people[attribute][fit] == positive)
        y = (held.people[attribute][test] == positive).astype(int)
        p = model.predict_proba(z(held)[test])[:, 1]
        index = np.random.default_rng(3003).integers(0, len(y), (500, len(y)))
        out[attribute] = {"asks": f"{positive} or {negative}", "n": len(y), "auroc": figure(auroc, y, p, index=index)}
    return out


def reliance(shipped: Shipped, held: Table, permutations: int = 500) -> dict:
    """Cosine between groups of the mean absolute contribution of each variable (its statistics at the reference); with permuted groups beside it."""
    x = shipped.rows(held)
    variables = sorted({n.split("=")[0] if "=" in n else n.rpartition(".")[0] or n for n in shipped.names if n != "num.co"} | ({"num.co"} & set(shipped.names)))
    owner = [n.split("=")[0] if "=" in n else n if n == "num.co" else (n.rpartition(".")[0] or n) for n in shipped.names]
    before, effect = shipped.logit(x), np.zeros((len(x), len(variables)))
    for j, variable in enumerate(variables):
        changed = x.copy()
        for i, name in enumerate(shipped.names):
            if owner[i] == variable:
                changed[:, i] = np.where(np.isnan(x[:, i]), np.nan, shipped.reference[name]["median"])
        effect[:, j] = np.abs(before - shipped.logit(changed))
    cosine = lambda m: float(effect[m].mean(0) @ effect[~m].mean(0) / np.linalg.norm(effect[m].mean(0)) / np.linalg.norm(effect[~m].mean(0)))
    out, rng = {}, np.random.default_rng(3003)
    pairs = {"sex": held.people["sex"] == "male", "age 65 and over": held.people["age"] >= 65}
    if any(r is not None for r in held.people["race"]):
        pairs["race white"] = held.people["race"] == "white"
    for name, mask in pairs.items():
        reference = [cosine(rng.permutation(mask)) for _ in range(permutations)]
        out[name] = {"cosine": cosine(mask), "permuted": {"median": float(np.median(reference)), "p05": float(np.quantile(reference, 0.05))}}
    out["leading"] = [variables[j] for j in np.argsort(-effect.mean(0))[:8]]
    return out
