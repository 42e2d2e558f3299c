"""Stays that nobody had: for golden vectors and tests. Not physiology, only values of the right kind, with every nuisance a feed has."""

import numpy as np

#: variable -> (centre, spread between stays, spread within, times a day)
COURSES = {
    "heart-rate": (90, 15, 8, 24), "mean-arterial-pressure": (80, 10, 8, 24), "systolic-pressure": (120, 15, 10, 24),
    "diastolic-pressure": (60, 8, 6, 24), "respiratory-rate": (20, 4, 3, 24), "temperature": (37, 0.6, 0.4, 8), "oxygen-saturation": (96, 2, 1.5, 12),
    "gcs": (11, 3, 1, 6), "fio2": (50, 12, 6, 6), "pao2": (110, 30, 20, 4), "paco2": (40, 6, 4, 4), "ph": (7.36, 0.06, 0.04, 4), "lactate": (2.5, 1.2, 0.6, 3),
    "bicarbonate": (23, 4, 2, 2), "creatinine": (1.5, 0.8, 0.2, 2), "bun": (28, 12, 3, 2), "sodium": (139, 4, 2, 2), "potassium": (4.2, 0.5, 0.3, 3),
    "magnesium": (2, 0.3, 0.1, 2), "glucose": (140, 35, 25, 4), "haematocrit": (31, 4, 1.5, 3), "platelets": (190, 70, 20, 2), "white-cells": (12, 4, 2, 2),
    "bilirubin": (1.5, 1, 0.3, 1), "albumin": (2.9, 0.5, 0.1, 1), "ast": (90, 50, 20, 1), "alt": (80, 45, 20, 1), "alp": (100, 40, 10, 1), "weight": (80, 15, 1, 2)}
WHOLE = {"gcs"}


def stay(seed: int, hours: int) -> dict:
    """@returns CapIcuInput: shuffled values with duplicates, same-instant pairs, implausible values and values outside the window"""
    rng = np.random.default_rng([3003, seed])
    values = []
    for key, (centre, between, within, per_day) in COURSES.items():
        if key not in ("heart-rate", "mean-arterial-pressure") and rng.random() < 0.2:
            continue
        level = rng.normal(centre, between)
        for time in np.sort(rng.uniform(0, hours + 2, max(1, int(per_day * hours / 24)))):
            value = max(level + rng.normal(0, within), 0.2)
            values.append((key, round(float(np.floor(time * 60)) / 60, 6), round(float(value), 0 if key in WHOLE else 2)))
    for time in range(1, hours, 2):
        values.append(("urine", float(time), float(rng.integers(20, 200))))
    if seed % 2:
        values += [("ventilation", float(t), 1.0) for t in range(0, hours // 2 if seed % 4 == 1 else hours, 3)]
    values += [("heart-rate", 2.0, 999.0), ("ph", 3.0, 735.0), ("temperature", 4.0, -17.8), ("glucose", 1.0, 120.0), ("glucose", 1.0, 130.0), ("fio2", 0.0, 40.0)]
    values += values[:: 7]
    rng.shuffle(order := list(range(len(values))))
    return {"moment": f"{hours}h", "windowHours": hours, "age": int(rng.integers(19, 90)), "sex": ("female", "male")[seed % 2],
            "unitKind": ("coronary", "cardiac-surgery", "medical", "surgical")[seed % 4],
            "values": [{"variable": values[i][0], "hours": values[i][1], "value": values[i][2]} for i in order]}


def as_tuples(values: list[dict]) -> list[tuple]:
    return [(v["variable"], v["hours"], v["value"]) for v in values]


def support_row(seed: int) -> dict:
    """@returns columns of SUPPORT2 as texts, some empty"""
    rng = np.random.default_rng([3003, 1000 + seed])
    number = lambda low, high, digits=1: f"{rng.uniform(low, high):.{digits}f}"
    row = {"age": number(20, 95), "num.co": str(rng.integers(0, 6)), "scoma": str(rng.choice([0, 0, 9, 26, 44, 61, 94])), "diabetes": str(rng.integers(0, 2)),
           "dementia": str(int(rng.random() < 0.1)), "meanbp": number(40, 140), "wblc": number(1, 30), "hrt": number(50, 160), "resp": number(8, 45),
           "temp": number(35, 40), "pafi": number(80, 450), "alb": number(1.5, 4.5), "bili": number(0.2, 12), "crea": number(0.5, 6), "sod": number(125, 155),
           "ph": number(7.1, 7.55, 2), "glucose": number(60, 400), "bun": number(5, 100), "urine": number(100, 4000), "adls": str(rng.integers(0, 8)),
           "dzgroup": str(rng.choice(["ARF/MOSF w/Sepsis", "CHF", "COPD", "Cirrhosis", "Coma", "Lung Cancer"])), "ca": str(rng.choice(["no", "yes", "metastatic"]))}
    row |= {"sex": str(rng.choice(["female", "male"])), "race": str(rng.choice(["white", "white", "black", "hispanic"]))}
    return {k: "" if k not in ("age", "num.co", "dzgroup", "crea", "meanbp", "sex") and rng.random() < 0.2 else v for k, v in row.items()}
