"""Statistics of the first hours of a stay; the same definitions as inference/modules/cap-icu/features.ts, to 1e-9.

Units, plausible ranges and the names of the PhysioNet/CinC Challenge 2012 come from inference/modules/cap-icu/variables.json.
A value outside its range is not used; equal (variable, hours, value) count once; order never matters. How often something was
measured is no statistic: it tells of the ward's habits, and a duplicated message must not change a risk.
"""

import json
import math

from data import ROOT

TABLE = json.loads((ROOT / "inference" / "modules" / "cap-icu" / "variables.json").read_text())
VARIABLES = {v["key"]: v for v in TABLE["variables"]}
OF_CHALLENGE = {name: v for v in TABLE["variables"] for name in v["challenge"]}
UNITS = ("coronary", "cardiac-surgery", "medical", "surgical")
#: Hours at the end of the window that `late` looks at, and at its start that `early` looks at.
EDGE_HOURS = 6
LOW_PRESSURE, TACHYCARDIA = 65, 110


def canonical(values: list) -> list:
    """(parameter, hours, value) of the challenge's files -> (variable, hours, value) in canonical units."""
    return [(OF_CHALLENGE[p]["key"], h, v * OF_CHALLENGE[p].get("challengeFactor", 1)) for p, h, v in values if p in OF_CHALLENGE]


def mean(values: list) -> float:
    return sum(values) / len(values)


def hourly(points: list) -> dict:
    """Mean of each hour that has a value."""
    bins: dict[int, list] = {}
    for hours, value in points:
        bins.setdefault(math.floor(hours), []).append(value)
    return {hour: mean(values) for hour, values in bins.items()}


def at_end(points: list, hours: float) -> float:
    return mean([v for h, v in points if h == hours])


def features_of(values: list, window: float, age: float | None = None, unit: str | None = None) -> dict:
    """@param values (variable, hours, value) in canonical units; @returns '<variable>.<statistic>' -> number, absent = missing"""
    series: dict[str, list] = {}
    for key, hours, value in sorted(set(values)):
        low, high = VARIABLES[key]["plausible"]
        if 0 <= hours < window and low <= value <= high:
            series.setdefault(key, []).append((hours, value))
    out: dict[str, float] = {}
    bins = {key: hourly(points) for key, points in series.items()}
    for key, points in series.items():
        if key == "ventilation":
            out["ventilation.any"] = 1.0 if any(v > 0 for _, v in points) else 0.0
            out["ventilation.late"] = 1.0 if any(v > 0 and h >= window - EDGE_HOURS for h, v in points) else 0.0
            continue
        if key == "urine":
            total = sum(v for _, v in points)
            out["urine.sum"], out["urine.rate"] = total, total / window
            out["urine.late"] = sum(v for h, v in points if h >= window - EDGE_HOURS) / min(EDGE_HOURS, window)
            continue
        numbers = [v for _, v in points]
        first, last = at_end(points, points[0][0]), at_end(points, points[-1][0])
        means = [bins[key][h] for h in sorted(bins[key])]
        middle = mean(means)
        out |= {f"{key}.first": first, f"{key}.last": last, f"{key}.min": min(numbers), f"{key}.max": max(numbers),
                f"{key}.mean": middle, f"{key}.change": last - first}
        if len(means) > 1:
            out[f"{key}.sd"] = math.sqrt(sum((m - middle) ** 2 for m in means) / len(means))
        for name, chosen in (("early", [h for h in sorted(bins[key]) if h < EDGE_HOURS]),
                             ("late", [h for h in sorted(bins[key]) if h >= window - EDGE_HOURS])):
            if chosen:
                out[f"{key}.{name}"] = mean([bins[key][h] for h in chosen])
    derive(out, series, bins)
    organs = partial_sofa(oxygenation=out.get("pf-ratio.min"), ventilated=out.get("ventilation.any") == 1, platelets=out.get("platelets.min"),
                          bilirubin=out.get("bilirubin.max"), pressure=out.get("mean-arterial-pressure.min"), gcs=out.get("gcs.min"),
                          creatinine=out.get("creatinine.max"), urine=None if "urine.rate" not in out else 24 * out["urine.rate"])
    if organs is not None:
        out["sofa.partial"] = organs
    if age is not None:
        out["age"] = age
    if unit is not None:
        out |= {f"unit.{u}": 1.0 if u == unit else 0.0 for u in UNITS}
    return out


def derive(out: dict, series: dict, bins: dict) -> None:
    """Of two variables at once, hour by hour where both have a value."""
    def pairs(a: str, b: str) -> list:
        return [(bins[a][h], bins[b][h]) for h in sorted(bins.get(a, {})) if h in bins.get(b, {})]

    shock = [hr / sbp for hr, sbp in pairs("heart-rate", "systolic-pressure")]
    if shock:
        out["shock-index.mean"], out["shock-index.max"] = mean(shock), max(shock)
    pulse = [s - d for s, d in pairs("systolic-pressure", "diastolic-pressure")]
    if pulse:
        out["pulse-pressure.mean"], out["pulse-pressure.min"] = mean(pulse), min(pulse)
    ratios = oxygenation(series)
    if ratios:
        out["pf-ratio.min"], out["pf-ratio.last"] = min(ratios), ratios[-1]
    for key, name, test in (("mean-arterial-pressure", "low", lambda v: v < LOW_PRESSURE), ("heart-rate", "high", lambda v: v > TACHYCARDIA)):
        if key in bins:
            out[f"{key}.{name}"] = sum(test(v) for v in bins[key].values()) / len(bins[key])
    if "bun.last" in out and "creatinine.last" in out:
        out["bun-creatinine.last"] = out["bun.last"] / out["creatinine.last"]
    if "urine.rate" in out and "weight.first" in out:
        out["urine.per-kg"] = out["urine.rate"] / out["weight.first"]


def oxygenation(series: dict) -> list:
    """PaO2 over the inspired fraction last set at or before it, in the order of time; none before the first fraction."""
    settings, found = series.get("fio2", []), []
    for hours, pressure in series.get("pao2", []):
        before = [h for h, _ in settings if h <= hours]
        if before:
            found.append(pressure / (at_end(settings, before[-1]) / 100))
    return found


def partial_sofa(oxygenation=None, ventilated=False, platelets=None, bilirubin=None, pressure=None, gcs=None, creatinine=None, urine=None) -> float | None:
    """As sofa.ts: sum over the organs that have a value, None with fewer than three; without vasopressors."""
    fallen = lambda v, limits: sum(v < limit for limit in limits)
    reached = lambda v, limits: sum(v >= limit for limit in limits)
    kidney = [p for p in (None if creatinine is None else reached(creatinine, (1.2, 2, 3.5, 5)),
                          None if urine is None else 4 if urine < 200 else 3 if urine < 500 else 0) if p is not None]
    organs = [None if oxygenation is None else min(fallen(oxygenation, (400, 300, 200, 100)), 4 if ventilated else 2),
              None if platelets is None else fallen(platelets, (150, 100, 50, 20)),
              None if bilirubin is None else reached(bilirubin, (1.2, 2, 6, 12)),
              None if pressure is None else fallen(pressure, (70,)), None if gcs is None else fallen(gcs, (15, 13, 10, 6)),
              max(kidney) if kidney else None]
    known = [o for o in organs if o is not None]
    return float(sum(known)) if len(known) >= 3 else None
