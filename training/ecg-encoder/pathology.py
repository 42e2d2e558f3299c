"""Random conditions for pre-training: what an `EcgEffects` holds, and what the network is asked to find again.

Shares of conditions are assumptions chosen for even training, not prevalences. A superclass is unknown (NaN) where the
simulated truth does not settle what a reader would write (T changes that come with a scar or a block).
"""

import numpy as np

import shared  # noqa: F401
from network import SUPERCLASSES
from simulators.effects import CONDUCTION, EcgEffects

TERRITORIES = ("inferior", "anterior", "lateral", "anterolateral", "posterior")
TERRITORY_SHARE = (0.36, 0.36, 0.1, 0.12, 0.06)
RHYTHM_TARGETS = ("af", "flutter", "pac", "pvc", "av1", "wpw", "paced-ventricular", "junctional", "svt")
BINARY = (*SUPERCLASSES, *(f"infarct-{t}" for t in TERRITORIES), *CONDUCTION, *(f"rhythm-{r}" for r in RHYTHM_TARGETS))
# name, what is taken away, scale
REGRESSION = (("rate", 70, 20), ("hrv_factor", 1, 0.5), ("pr_add_ms", 0, 30), ("p_gain", 1, 0.4), ("p_add_ms", 0, 15), ("left_atrium", 0, 0.4), ("right_atrium", 0, 0.4),
              ("ivcd_ms", 0, 20), ("voltage", 1, 0.3), ("axis_turn_deg", 0, 25), ("lvh", 0, 0.4), ("strain", 0, 0.3), ("rvh", 0, 0.3), ("infarct_size", 0, 0.4),
              ("st_territorial_mv", 0, 0.1), ("st_subendocardial_mv", 0, 0.06), ("t_inversion", 0, 0.3), ("t_gain", 1, 0.35), ("t_turn_deg", 0, 25),
              ("qt", 0, 30), ("potassium_t", 0, 0.4), ("low_potassium", 0, 0.4), ("habitus", 0, 1.0))


def draw_effects(rng: np.random.Generator) -> tuple[EcgEffects, np.ndarray]:
    """Conditions of one simulated person and the five superclasses (1, 0 or NaN)."""
    u, happens = rng.uniform, lambda p: rng.random() < p
    e = EcgEffects(
        mean_rate=float(np.clip(rng.normal(70, 12), 42, 125)), hrv_factor=float(np.exp(rng.normal(0, 0.5))), pr_add_ms=float(rng.normal(0, 8)),
        p_gain=float(np.exp(rng.normal(0, 0.2))), p_add_ms=float(rng.normal(0, 5)), qrs_gain=float(np.exp(rng.normal(0, 0.12))),
        axis_turn_deg=float(rng.normal(0, 14)), t_gain=float(np.exp(rng.normal(0, 0.18))), t_turn_deg=float(rng.normal(0, 8)),
        qt_add_ms=float(rng.normal(0, 6)), habitus=float(rng.normal(0, 1)), ivcd_ms=float(u(0, 8)), lvh=float(u(0, 0.12)),
        st_subendocardial_mv=float(u(-0.01, 0.012)), t_inversion=float(u(0, 0.08)))
    truth = dict.fromkeys(SUPERCLASSES, 0.0)
    if happens(0.25):
        truth["MI"] = 1.0
        e.infarct = str(rng.choice(TERRITORIES, p=TERRITORY_SHARE))
        e.infarct_size = float(u(0.3, 1))
        if happens(0.5):
            e.t_inversion = float(u(0.15, 1))
            truth["STTC"] = np.nan
        if happens(0.3):
            e.st_territorial_mv = float(u(0.05, 0.3))
            truth["STTC"] = np.nan
    if happens(0.26):
        repolarisation(e, rng)
        truth["STTC"] = 1.0
    if happens(0.28):
        conduction(e, rng)
        truth["CD"] = 1.0
        if {"lbbb", "rbbb"} & set(e.conduction) and truth["STTC"] == 0:
            truth["STTC"] = np.nan
        if "lbbb" in e.conduction:
            truth["MI"] = np.nan if truth["MI"] else 0.0
    if happens(0.25):
        strained = hypertrophy(e, rng)
        truth["HYP"] = 1.0
        if strained and truth["STTC"] == 0:
            truth["STTC"] = np.nan
    if happens(0.1):
        e.low_voltage = float(u(0.4, 0.8))
    if happens(0.1):
        e.potassium, e.potassium_response = float(u(2.4, 8.2)), float(u(0.3, 1.6))
        if not 3.3 < e.potassium < 5.6:
            truth["STTC"], truth["CD"] = np.nan, truth["CD"] or np.nan
    if happens(0.05):
        e.calcium = float(u(1.4, 3.2))
    if happens(0.2):
        e.heart_rate_factor = float(u(0.7, 1.6))
    if e.rhythm == "sinus" and happens(0.22):
        e.rhythm = str(rng.choice(["af", "flutter", "pac", "pvc", "junctional", "svt", "paced-ventricular", "sinus-arrhythmia"],
                                  p=[0.34, 0.06, 0.2, 0.22, 0.04, 0.03, 0.04, 0.07]))
    settled = e.rhythm in ("sinus", "sinus-arrhythmia") and 0.85 < e.heart_rate_factor < 1.25 and e.low_voltage == 1
    healthy = not any(v != 0 for v in truth.values())
    truth["NORM"] = 1.0 if healthy and settled else np.nan if healthy else 0.0
    if e.rhythm == "paced-ventricular":
        truth = dict.fromkeys(SUPERCLASSES, np.nan)
    return e, np.array([truth[name] for name in SUPERCLASSES])


def repolarisation(e, rng) -> None:
    u = rng.uniform
    kind = rng.choice(["flat", "inverted", "depressed", "both", "qt", "digoxin"], p=[0.27, 0.25, 0.18, 0.17, 0.07, 0.06])
    if kind in ("inverted", "both"):
        e.t_inversion = max(e.t_inversion, float(u(0.35, 1)))
        e.ischaemia = e.infarct or str(rng.choice(["", "lateral", "anterior", "inferior", "anterolateral"], p=[0.3, 0.15, 0.2, 0.15, 0.2]))
    if kind in ("depressed", "both"):
        e.st_subendocardial_mv = float(u(0.04, 0.2))
        e.t_gain *= float(u(0.4, 1))
    if kind == "flat":
        e.t_gain *= float(u(0.0, 0.45))
        e.st_subendocardial_mv = float(u(0.0, 0.05))
    if kind == "qt":
        e.qt_add_ms = float(u(45, 110))
    if kind == "digoxin":
        e.st_subendocardial_mv, e.qt_add_ms = float(u(0.06, 0.15)), float(u(-50, -20))
        e.t_gain *= float(u(0.3, 0.8))


def conduction(e, rng) -> None:
    u = rng.uniform
    kind = str(rng.choice(["lafb", "irbbb", "rbbb", "lbbb", "ivcd", "av1", "lpfb", "wpw", "rbbb+lafb"], p=[0.27, 0.17, 0.12, 0.12, 0.11, 0.1, 0.02, 0.03, 0.06]))
    if kind == "ivcd":
        e.ivcd_ms = float(u(18, 55))
    elif kind == "av1":
        e.pr_add_ms = float(u(40, 150))
        e.rhythm = "av1" if rng.random() < 0.5 else "sinus"
    elif kind == "wpw":
        e.rhythm = "wpw"
    else:
        e.conduction = tuple(kind.split("+"))
    if kind != "av1" and rng.random() < 0.1:
        e.pr_add_ms = float(u(30, 120))


def hypertrophy(e, rng) -> bool:
    """Fills in; true where the repolarisation is changed as well."""
    u = rng.uniform
    kind = rng.choice(["lvh", "rvh", "left atrium", "right atrium"], p=[0.7, 0.1, 0.15, 0.05])
    if kind == "lvh":
        e.lvh = float(u(0.35, 1))
        e.strain = float(u(0.2, 1)) if rng.random() < 0.5 else 0.0
        e.left_atrium = float(u(0.3, 1)) if rng.random() < 0.35 else 0.0
        e.ivcd_ms += 12 * e.lvh
    elif kind == "rvh":
        e.rvh = float(u(0.35, 1))
        e.axis_turn_deg += float(u(0, 60))
        e.right_atrium = float(u(0.3, 1)) if rng.random() < 0.5 else 0.0
    elif kind == "left atrium":
        e.left_atrium = float(u(0.5, 1))
        e.p_add_ms += float(u(5, 25))
    else:
        e.right_atrium = float(u(0.5, 1))
    return e.strain > 0 or e.rvh > 0


def targets(e: EcgEffects, superclasses: np.ndarray, leads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Binary targets [24] with NaN for unknown, and regression targets [23 + 24]: the conditions, then the largest and
    smallest value (mV) of each noise-free lead."""
    binary = [*superclasses, *(float(e.infarct == t and e.infarct_size > 0.25) for t in TERRITORIES), *(float(c in e.conduction) for c in CONDUCTION),
              *(float(e.rhythm == r) for r in RHYTHM_TARGETS)]
    k = e.potassium_response
    named = vars(e) | {
        "rate": e.mean_rate * e.heart_rate_factor, "voltage": e.qrs_gain * e.low_voltage, "qt": e.qt_add_ms + 100 * (2.4 - e.calcium),
        "potassium_t": 0.35 * k * max(e.potassium - 5, 0), "low_potassium": k * max(3.5 - e.potassium, 0)}
    rows = [(named[name] - rest) / scale for name, rest, scale in REGRESSION]
    return np.array(binary), np.array([*np.clip(rows, -4, 4), *np.percentile(leads, 99.7, axis=1), *np.percentile(leads, 0.3, axis=1)])
