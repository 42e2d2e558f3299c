"""Latent potassium, individual response and confounders -> `Effect` on the beat (Lead I).

Physiology as rules of the project, from published in-silico torso series and textbook signs; slopes are assumptions:
T gain 1 + .35 r (K-5)+ in V2-V4, half of it in Lead I (assumed), capped at 2.5; T width 1 - .17 r (K-5)+, floor .5;
P amplitude 1 - .25 r (K-6)+, P width 1 + .15 r (K-6)+ ; PR + 15 r ms per mmol/L above 6.0; QRS + 10 r % above 6.5;
above 8.5 loss of P and sine-wave shape; 10 % junctional escape or bradycardia above 7; K < 3.5: T x (1 - .3 r (3.5-K)),
U wave .05 mV per mmol/L, T end later. r: 35 % of people 0-.2, the others gamma with mean 1 (shape 4).
Natural mix: 2 % > 5.5, .7 % >= 6.0, 3 % < 3.5 mmol/L.

Pairs: the same person on another day with a potassium of 3.5-5.0 mmol/L. What is chronic (kidney disease, heart failure,
early repolarisation, digoxin, athlete, the person's share of the spread) is in both tracings; what is acute (ischaemic T,
raised rate, the day's share of the spread) is drawn anew.
"""

from dataclasses import asdict, dataclass, field

import numpy as np

from .beat_edit import Effect

LEAD_I_T_SHARE = 0.5
DRIFT_SD = 0.2  # mmol/L between tracing and blood draw (gap up to 1 h)
HAEMOLYSED_SHARE = 0.03  # label + .5-1.5, training labels only
# strata of the natural mix: (share, low, high, shape)
NATURAL = ((0.03, 2.2, 3.5, "low"), (0.95, 3.5, 5.5, "normal"), (0.013, 5.5, 6.0, "falling"), (0.007, 6.0, 9.0, "tail"))
SCALES = {"low": 0.35, "falling": 0.4, "tail": 0.6}
NORMAL_MEAN, NORMAL_SD = 4.2, 0.4
BALANCED = ((0.40, None, None), (0.18, 2.5, 3.7), (0.30, 5.0, 7.0), (0.12, 7.0, 8.8))  # natural + flat pieces


@dataclass
class Latent:
    """Truth of one simulated tracing. Potassium in mmol/L; `measured` carries draw-time drift (and haemolysis)."""

    k: float
    measured: float
    response: float
    conditions: list
    potassium_effect: dict = field(default_factory=dict)
    total_effect: dict = field(default_factory=dict)
    reference_k: float = 4.2
    reference_effect: dict = field(default_factory=dict)  # total of the reference tracing


def natural_density(k: np.ndarray) -> np.ndarray:
    """Density of the natural mix at k, per mmol/L."""
    k = np.asarray(k, float)
    out = np.zeros_like(k)
    for share, low, high, shape in NATURAL:
        inside = (k >= low) & (k < high)
        if shape == "normal":
            grid = np.linspace(low, high, 2001)
            area = np.trapezoid(np.exp(-0.5 * ((grid - NORMAL_MEAN) / NORMAL_SD) ** 2), grid)
            value = np.exp(-0.5 * ((k - NORMAL_MEAN) / NORMAL_SD) ** 2) / area
        else:
            scale = SCALES[shape]
            distance = high - k if shape == "low" else k - low
            value = np.exp(-distance / scale) / (scale * (1 - np.exp(-(high - low) / scale)))
        out = out + inside * share * value
    return out


def balanced_density(k: np.ndarray) -> np.ndarray:
    """Density of the training mix at k, per mmol/L."""
    k = np.asarray(k, float)
    out = BALANCED[0][0] * natural_density(k)
    for share, low, high in BALANCED[1:]:
        out = out + ((k >= low) & (k < high)) * share / (high - low)
    return out


def draw_natural(rng: np.random.Generator) -> float:
    share = rng.choice(len(NATURAL), p=[s[0] for s in NATURAL])
    _, low, high, shape = NATURAL[share]
    while True:
        if shape == "normal":
            k = rng.normal(NORMAL_MEAN, NORMAL_SD)
        else:
            step = rng.exponential(SCALES[shape])
            k = high - step if shape == "low" else low + step
        if low <= k < high:
            return float(k)


def draw_potassium(rng: np.random.Generator, mix: str) -> float:
    if mix == "natural":
        return draw_natural(rng)
    piece = BALANCED[rng.choice(len(BALANCED), p=[b[0] for b in BALANCED])]
    return draw_natural(rng) if piece[1] is None else float(rng.uniform(piece[1], piece[2]))


def draw_response(rng: np.random.Generator) -> float:
    return float(rng.uniform(0, 0.2)) if rng.random() < 0.35 else float(min(rng.gamma(4.0, 0.25), 2.5))


def potassium_effect(k: float, r: float, rng: np.random.Generator) -> Effect:
    """Effect of potassium alone on Lead I; the identity between 3.5 and 5.0 mmol/L."""
    above = lambda limit: max(k - limit, 0.0)
    effect = Effect(
        t_gain=min(1 + 0.35 * LEAD_I_T_SHARE * r * above(5.0), 2.5),
        t_width=max(1 - 0.17 * r * above(5.0), 0.5),
        p_gain=max(1 - 0.25 * r * above(6.0), 0.0),
        p_width=min(1 + 0.15 * r * above(6.0), 1.6),
        pr_add_ms=15 * r * above(6.0),
        qrs_width=min(1 + 0.10 * r * above(6.5), 1.8),
    )
    escape = rng.random() < 0.10
    if k > 7.0 and r > 0.2 and escape:
        effect.rr_scale, effect.p_gain = 1.5, 0.0
    if k > 8.5 and r > 0.2:
        effect.p_gain, effect.smooth_ms = 0.0, 14.0
        effect.qrs_width = max(effect.qrs_width, 1.5)
    below = max(3.5 - k, 0.0)
    if below > 0:
        effect.t_gain = max(1 - 0.3 * r * below, 0.2)
        effect.u_wave_mv = 0.05 * r * below
        effect.t_width = 1 + 0.08 * r * below
    return effect


# SD of the waves without potassium: whole (v1 of the project) and the day-to-day share of it, which two tracings of one
# person do not have in common (assumed; `_ms` milliseconds, the others logarithms of factors)
SPREAD = {"t_gain": (0.12, 0.08), "t_width": (0.06, 0.03), "p_gain": (0.12, 0.08), "p_width": (0.05, 0.03), "pr_add_ms": (8.0, 4.0),
          "qrs_gain": (0.08, 0.05), "qrs_width": (0.04, 0.02), "st_add_ms": (6.0, 4.0), "rr_scale": (0.08, 0.07)}


def draw_spread(rng: np.random.Generator, of: str) -> Effect:
    """Variation without potassium: `of` "person" (the same on any day) or "day"."""
    out = {}
    for name, (whole, day) in SPREAD.items():
        sd = day if of == "day" else np.sqrt(whole**2 - day**2)
        value = float(rng.normal(0, sd))
        out[name] = value if name.endswith("_ms") else float(np.exp(value))
    return Effect(**out)


def draw_chronic(k: float, rng: np.random.Generator) -> tuple[list, Effect]:
    """Conditions that a person keeps, with the person's share of the spread. Rates are assumptions.

    Chronic kidney disease is commoner at high K (a shift of + .4 mmol/L, as a logit slope of 1.2 per mmol/L).
    """
    e, conditions = draw_spread(rng, "person"), []

    def occurs(name: str, probability: float) -> bool:
        hit = rng.random() < probability
        if hit:
            conditions.append(name)
        return hit

    if occurs("ckd", 1 / (1 + np.exp(-(np.log(0.12 / 0.88) + 1.2 * np.clip(k - 4.2, -1.5, 2.0))))):
        e.qrs_gain *= rng.uniform(1.0, 1.4)  # left ventricular hypertrophy
        e.t_gain *= rng.uniform(0.6, 1.0)
        e.st_add_ms += rng.uniform(0, 40)  # low calcium
    if occurs("heart-failure", 0.10 if "ckd" not in conditions else 0.2):
        e.qrs_width *= rng.uniform(1.0, 1.4)
        e.qrs_gain *= rng.uniform(0.6, 1.0)
    if occurs("early-repolarisation", 0.05):
        e.t_gain *= rng.uniform(1.2, 1.7)
    if occurs("digoxin", 0.03):
        e.st_scoop_mv = rng.uniform(0.03, 0.10)
        e.t_gain *= rng.uniform(0.4, 0.9)
        e.t_width *= rng.uniform(0.85, 1.0)
    if occurs("athlete", 0.04):
        e.rr_scale *= rng.uniform(1.1, 1.3)
        e.t_gain *= rng.uniform(1.0, 1.3)
    return conditions, e


def draw_acute(athlete: bool, rng: np.random.Generator) -> tuple[list, Effect]:
    """What one day brings without potassium: its share of the spread, ischaemic T, raised rate."""
    e, conditions = draw_spread(rng, "day"), []
    if rng.random() < 0.03:
        conditions.append("ischaemic-t")
        e.t_gain *= rng.uniform(1.2, 1.8) if rng.random() < 0.5 else rng.uniform(-0.8, 0.3)
        e.t_width *= rng.uniform(1.0, 1.3)
    if not athlete and rng.random() < 0.10:
        conditions.append("raised-rate")
        e.rr_scale *= rng.uniform(0.7, 0.9)
        e.t_width *= rng.uniform(0.9, 1.0)
    return conditions, e


def combine(a: Effect, b: Effect) -> Effect:
    """Factors multiply, additions add, the larger smoothing counts."""
    out = {}
    for name, value in asdict(a).items():
        other = getattr(b, name)
        if name == "smooth_ms":
            out[name] = max(value, other)
        else:
            out[name] = value + other if name.endswith(("_ms", "_mv")) else value * other
    return Effect(**out)


def draw_reference_potassium(rng: np.random.Generator) -> float:
    """Potassium of a tracing that may serve as reference: the natural mix within 3.5-5.0 mmol/L."""
    while True:
        k = draw_natural(rng)
        if 3.5 <= k <= 5.0:
            return k


def draw_pair(rng: np.random.Generator, mix: str, haemolysis: bool) -> tuple[Latent, Effect, Effect]:
    """One person: latent truth, what to do to the beats of the tracing in question, and of the reference tracing."""
    k, r = draw_potassium(rng, mix), draw_response(rng)
    own = potassium_effect(k, r, rng)
    chronic_names, chronic = draw_chronic(k, rng)
    acute_names, acute = draw_acute("athlete" in chronic_names, rng)
    measured = k + rng.normal(0, DRIFT_SD)
    if haemolysis and rng.random() < HAEMOLYSED_SHARE:
        measured += rng.uniform(0.5, 1.5)
    total = combine(own, combine(chronic, acute))
    reference_k = draw_reference_potassium(rng)
    other_day = draw_acute("athlete" in chronic_names, rng)[1]
    reference = combine(potassium_effect(reference_k, r, rng), combine(chronic, other_day))
    latent = Latent(k, float(measured), r, chronic_names + acute_names, asdict(own), asdict(total), reference_k, asdict(reference))
    return latent, total, reference
