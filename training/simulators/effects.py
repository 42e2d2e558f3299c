"""`simulate12(rng, effects)`: a 12-lead tracing of a person with the given conditions, [12 x 5000] mV without noise.

`EcgEffects` is everything that a latent condition may change in a tracing; the person's own anatomy (wave widths, vectors,
T direction) is drawn by `ecg12` around the normal and then changed. Directions are those of textbook vectorcardiography
(x left, y feet, z back): forces turn away from a scar, towards a hypertrophied or late wall, ST towards injury and away
from subendocardial ischaemia. Sizes are assumptions; nothing is fitted to a record. Noise and device are added outside
(`noise.noise12`).
"""

from dataclasses import dataclass

import numpy as np

from .ecg12 import Shaping, Wave, qrs_wave, simulate, t_wave, vec
from .noise import noise12
from .potassium import potassium_effect
from .rhythms import draw_events

CONDUCTION = ("rbbb", "irbbb", "lbbb", "lafb", "lpfb")
TERRITORY = {"inferior": vec(0.05, 1.0, 0.15), "anterior": vec(0.3, 0.05, -1.0), "lateral": vec(1.0, 0.0, 0.15),
             "anterolateral": vec(0.8, 0.0, -0.7), "posterior": vec(0.0, 0.2, 1.0)}
SUBENDOCARDIAL = vec(-0.75, -0.5, 0.25)  # ST vector of subendocardial ischaemia: down in V4-V6, I, II; up in aVR
STRAIN = vec(-0.8, -0.35, 0.1)
CALCIUM_MMOL_L, CALCIUM_MS = 2.4, 100.0  # total calcium at which QT is unchanged; ms of ST per mmol/L below it (assumed)
T_SHARE = vec(0.5, 0.75, 1.0)  # potassium's T gain by axis: Lead I half of V2-V4 (assumed, as in potassium.py)
POTASSIUM_MMOL_L = 4.2


@dataclass
class EcgEffects:
    """Factors are 1 and additions 0 where nothing is changed. `_ms` milliseconds, `_mv` millivolts, `_deg` degrees.

    rhythm: a name of `rhythms.RHYTHMS` (sinus, af, flutter, pac, pvc, av1, junctional, wpw, paced-ventricular ...).
    conduction: any of CONDUCTION. infarct, ischaemia: names of TERRITORY or ''. Fractions (lvh, strain, rvh,
    infarct_size, t_inversion) run from 0 to 1.
    """

    mean_rate: float = 70.0  # /min, before the factor
    heart_rate_factor: float = 1.0
    hrv_factor: float = 1.0
    rhythm: str = "sinus"
    pr_add_ms: float = 0.0
    p_gain: float = 1.0
    p_add_ms: float = 0.0
    left_atrium: float = 0.0  # 0-1: late, backward second half of P
    right_atrium: float = 0.0  # 0-1: tall, vertical first half of P
    conduction: tuple = ()
    ivcd_ms: float = 0.0  # unspecific widening of QRS
    qrs_gain: float = 1.0
    axis_turn_deg: float = 0.0  # frontal plane, positive towards the right
    lvh: float = 0.0
    strain: float = 0.0
    rvh: float = 0.0
    infarct: str = ""
    infarct_size: float = 0.0
    ischaemia: str = ""  # territory of st_territorial_mv and t_inversion; '' = that of the infarct
    st_territorial_mv: float = 0.0  # elevation towards the territory
    t_inversion: float = 0.0  # T away from the territory; without territory: away from the left
    st_subendocardial_mv: float = 0.0  # depth of the depression
    t_gain: float = 1.0
    t_turn_deg: float = 0.0
    qt_add_ms: float = 0.0
    potassium: float = POTASSIUM_MMOL_L
    potassium_response: float = 1.0
    calcium: float = CALCIUM_MMOL_L
    low_voltage: float = 1.0  # factor on every wave
    habitus: float = 0.0  # body mass in SD: heart lies flatter, less voltage, flatter T


def turn(v: np.ndarray, degrees: float) -> np.ndarray:
    """Vector turned in the frontal plane, positive from left towards the feet."""
    a = np.deg2rad(degrees)
    return vec(np.cos(a) * v[0] - np.sin(a) * v[1], np.sin(a) * v[0] + np.cos(a) * v[1], v[2])


class EffectShaping(Shaping):
    """The hooks of `ecg12.simulate`, with the effects applied on the anatomy that was drawn."""

    def __init__(self, effects: EcgEffects, rng: np.random.Generator):
        self.e = effects
        self.k = potassium_effect(effects.potassium, effects.potassium_response, rng)
        self.voltage = effects.low_voltage * float(np.clip(1 - 0.07 * effects.habitus, 0.6, 1.3))
        self.dilation = 1.0

    def rhythm(self, rng):
        return self.e.rhythm

    def events(self, rng, rhythm, duration_s):
        rate = float(np.clip(self.e.mean_rate * self.e.heart_rate_factor / self.k.rr_scale, 32, 170))
        events = draw_events(rng, rhythm, duration_s, rate=rate, variability=self.e.hrv_factor)
        early = (self.e.pr_add_ms + self.k.pr_add_ms) / 1000
        rr = 60 / rate
        events.p = [(at - min(early, 0.35 * rr), kind) for at, kind in events.p]
        return events

    def conduction(self, rng, rhythm):
        if rhythm == "wpw":
            return "wpw"
        return next((c for c in ("lbbb", "rbbb") if c in self.e.conduction), "normal")

    def p(self, rng, kind):
        e, wave = self.e, super().p(rng, kind)
        (c0, l0, r0, v0), (c1, l1, r1, v1) = wave.bumps
        size = 0.11 * float(rng.uniform(0.8, 1.2))
        v0 = v0 + size * e.right_atrium * vec(0.3, 1.4, -0.5)
        v1 = v1 + size * e.left_atrium * vec(0.5, 0.3, 1.0)
        late = e.p_add_ms / 1000 + 0.035 * e.left_atrium
        gain, width = self.voltage * e.p_gain * self.k.p_gain, self.k.p_width
        return Wave([(width * c0, width * l0, width * r0, gain * v0),
                     (width * (c1 + late), width * (l1 + 0.5 * late), width * r1, gain * v1)])

    def qrs(self, rng, kind, conduction):
        e = self.e
        wave = qrs_wave(rng, conduction if kind == "normal" else kind, scars=False)
        extra = self._walls(rng, wave) if kind == "normal" and conduction in ("normal", "rbbb", "wpw") else wave.bumps
        if kind == "normal" and conduction == "lbbb" and e.infarct:
            extra = wave.bumps + [(0.25 * wave.end, 0.2 * wave.end, 0.2 * wave.end, -0.6 * e.infarct_size * TERRITORY[e.infarct])]
        self.dilation = self.k.qrs_width * (1 + e.ivcd_ms / 1000 / max(wave.end, 0.07))
        degrees = e.axis_turn_deg - 12 * e.habitus
        gain = self.voltage * e.qrs_gain * self.k.qrs_gain
        d = self.dilation
        return Wave([(d * c, d * l, d * r, gain * turn(v, degrees)) for c, l, r, v in extra])

    def _walls(self, rng, wave: Wave):
        """Hypertrophy, scars and fascicular block on the four vectors septal, apical, lateral, basal (and what follows)."""
        e = self.e
        d = max(wave.bumps[3][0] + wave.bumps[3][2], 0.07)
        bumps = [list(b) for b in wave.bumps]
        scale = float(np.linalg.norm(bumps[2][3]) / 1.6)
        bumps[1][3] = bumps[1][3] * (1 + 0.35 * e.lvh)
        bumps[2][3] = bumps[2][3] * (1 + 0.75 * e.lvh) * (1 - 0.45 * e.rvh) + e.lvh * scale * vec(0.45, -0.25, 0.75)
        if e.rvh:
            bumps.append([0.62 * d, 0.24 * d, 0.26 * d, e.rvh * scale * vec(-1.3, 0.35, -1.0)])
        if e.infarct and e.infarct_size:
            away = TERRITORY[e.infarct] + rng.normal(0, 0.12, 3)
            unit = away / np.linalg.norm(away)
            keep = 1 - 0.75 * e.infarct_size
            for i in (1, 2):
                along = float(bumps[i][3] @ unit)
                if along > 0:
                    bumps[i][3] = bumps[i][3] - (1 - keep) * (0.9 if i == 1 else 0.5) * along * unit
            bumps.append([0.27 * d, 0.25 * d, 0.27 * d, -1.15 * e.infarct_size * scale * away])
        if "lafb" in e.conduction:
            bumps[0][3] = bumps[0][3] + scale * vec(-0.1, 0.35, 0.0)
            bumps[2][3] = bumps[2][3] * vec(0.9, 0.3, 1.0)
            bumps.append([0.68 * d, 0.27 * d, 0.34 * d, scale * vec(0.45, -1.35, 0.1)])
        if "lpfb" in e.conduction:
            bumps[0][3] = bumps[0][3] + scale * vec(0.15, -0.3, 0.0)
            bumps.append([0.68 * d, 0.27 * d, 0.34 * d, scale * vec(-0.9, 0.9, 0.1)])
        if "irbbb" in e.conduction:
            bumps.append([1.0 * d, 0.22 * d, 0.2 * d, scale * rng.uniform(0.35, 0.65) * vec(-0.75, -0.05, -0.8)])
        return [tuple(b) for b in bumps]

    def qt(self, rng, rr):
        e = self.e
        corrected = np.clip(rng.normal(0.41, 0.018), 0.37, 0.455)
        calcium = np.clip(CALCIUM_MS * (CALCIUM_MMOL_L - e.calcium), -60, 110)
        return corrected * np.sqrt(rr) + (e.qt_add_ms + calcium) / 1000 + (self.k.st_add_ms / 1000)

    def repolarisation(self, rng, kind, conduction, qrs, qt):
        e, k = self.e, self.k
        discordant = kind != "normal" or conduction == "lbbb"
        t, st, u = t_wave(rng, qrs, qt + max(0.0, qrs.end - 0.1) * 0.7, discordant, variants=False)
        centre, left, right, v = t.bumps[0]
        size = float(np.linalg.norm(v))
        territory = TERRITORY.get(e.ischaemia or e.infarct, STRAIN * -1)
        level = st[3] * self.voltage
        if not discordant:
            v = turn(v, e.t_turn_deg)
            if conduction == "rbbb":
                v = v + size * vec(0.15, 0.0, 0.45)
            v = v * (1 - 0.6 * e.t_inversion) - 0.9 * e.t_inversion * size * territory
            v = v * (1 - 0.7 * e.strain) + e.strain * (0.15 + 0.6 * size) * STRAIN
            v = v + e.rvh * size * vec(0.2, -0.5, 0.75)
            level = level + e.strain * 0.12 * STRAIN
        level = level + e.st_territorial_mv * territory + e.st_subendocardial_mv * SUBENDOCARDIAL
        gain = 1 + (k.t_gain - 1) / 0.5 * T_SHARE  # k.t_gain is that of Lead I
        v = v * gain * e.t_gain * self.voltage * float(np.clip(1 - 0.06 * e.habitus, 0.6, 1.3))
        main = (centre, left * k.t_width, right * k.t_width, v)
        st = (st[0], st[1], st[2] + 0.03 * min(abs(e.st_territorial_mv) * 5, 1.0), level)
        if k.u_wave_mv:
            u = (qt + 0.07, 0.07, 0.08, k.u_wave_mv * vec(0.6, 0.5, -1.0))
        return Wave([main, *t.bumps[1:]]), st, u


def simulate12(rng: np.random.Generator, effects: EcgEffects | None = None, *, noise: float = 0.0) -> np.ndarray:
    """[12 x 5000] float64 mV at 500 Hz in the order of `ecg12.LEADS`; `noise` > 0 adds `noise12` of that strength.

    simulate12(np.random.default_rng(1), EcgEffects(conduction=("rbbb",), qt_add_ms=30))

    Many of them: set OPENBLAS_NUM_THREADS=1 before numpy is imported (2-4 ms a case instead of 20 on a busy machine).
    """
    effects = effects or EcgEffects()
    leads = simulate(rng, shaping=EffectShaping(effects, rng), marks=False).leads
    return noise12(leads, rng, noise) if noise else leads
