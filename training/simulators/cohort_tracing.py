"""What a person of the cohort shows on the tracing, and the tracing as a hospital's device would record it.

`effects_of` turns latents, age and sex into `EcgEffects` (assumed sizes; directions of textbooks). `Drawn` keeps the waves
as they were drawn: the ECG-visible truth that the ceiling's reader is told. Site and device change the recording only
(device 1: 0.67-30 Hz and 5 % more gain) and depend on nothing, so that a label cannot be read from them.
"""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from .cohort_people import LATENTS, expit
from .ecg12 import simulate
from .effects import TERRITORY, EcgEffects, EffectShaping
from .noise import noise12

STORED = (0, 1, 6, 7, 8, 9, 10, 11)  # I, II, V1-V6 of ecg12.LEADS; the others follow
SITE_NOISE = (0.7, 1.0, 1.2, 1.5)
DEVICE_1 = butter(2, [0.67, 30], "bandpass", fs=500, output="sos")
WAVE_FRACTIONS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85)


def effects_of(rng, age: float, female: float, latents: np.ndarray, *, sham: bool = False) -> EcgEffects:
    """`sham`: every latent is 0, so that only age, sex and the person's own anatomy remain; the draws are the same in number."""
    z = dict(zip(LATENTS, np.zeros(len(LATENTS)) if sham else latents))
    own, chance = rng.standard_normal(12), rng.random(12)
    decade = (age - 55) / 10
    up = {k: max(v, 0.0) for k, v in z.items()}

    def part(x):
        return float(np.clip(x, 0, 1))

    af = chance[0] < expit(-4.6 + 2.6 * z["af"])
    rhythm = ("af" if chance[1] < 0.85 else "flutter") if af else "pvc" if chance[2] < expit(-3.4 + 1.1 * z["hf"]) else \
        "pac" if chance[3] < expit(-3.6 + 1.1 * z["af"]) else "sinus"
    conduction = []
    if chance[4] < expit(-4.8 + 1.3 * z["hf"]):
        conduction.append("lbbb")
    elif chance[5] < expit(-4.0 + 0.8 * z["lung"] + 0.3 * decade):
        conduction.append("rbbb")
    elif chance[6] < expit(-4.0 + 0.8 * z["coronary"] + 0.3 * decade):
        conduction.append("lafb")
    scar = chance[7] < expit(-3.2 + 1.8 * z["coronary"])
    return EcgEffects(
        mean_rate=float(np.clip(67 + 3 * female + 7.5 * z["inflammation"] + 6.5 * z["thyroid"] + 5 * z["anaemia"] - 5.5 * z["autonomic"]
                                + 2 * z["hf"] + 2 * z["diabetes"] + 3.5 * own[0], 42, 140)),
        hrv_factor=float(np.exp(0.75 * z["autonomic"] - 0.35 * z["diabetes"] - 0.12 * decade + 0.15 * own[1])),
        rhythm=rhythm,
        pr_add_ms=float(np.clip(4 * decade + 9 * z["autonomic"] + 6 * z["af"] + 5 * own[2], -25, 70)),
        p_gain=float(np.exp(0.06 * z["thyroid"] + 0.05 * own[3])),
        p_add_ms=float(np.clip(6 * up["af"] + 5 * up["hypertension"], 0, 30)),
        left_atrium=part(0.1 + 0.25 * z["hf"] + 0.2 * z["af"] + 0.1 * z["hypertension"] + 0.08 * own[4]),
        right_atrium=part(0.15 + 0.35 * z["lung"] + 0.08 * own[5]),
        conduction=tuple(conduction),
        ivcd_ms=float(6 * up["hf"] + 2 * up["ckd"]),
        qrs_gain=float(np.exp(-0.05 * female + 0.05 * z["thyroid"] - 0.02 * decade)),
        axis_turn_deg=float(16 * z["lung"] - 7 * z["hypertension"] - 4 * decade + 3 * own[6]),
        lvh=part(0.15 + 0.33 * z["hypertension"] + 0.12 * z["ckd"] + 0.08 * own[7]),
        strain=part(-0.15 + 0.3 * z["hypertension"] + 0.12 * z["hf"] + 0.06 * own[8]),
        rvh=part(0.45 * (z["lung"] - 0.8)),
        infarct=("inferior", "anterior", "lateral", "anterolateral")[int(chance[8] * 4)] if scar else "",
        infarct_size=float(0.35 + 0.6 * chance[9]) if scar else 0.0,
        t_inversion=part(0.05 + 0.28 * z["coronary"] + 0.06 * own[9]),
        st_subendocardial_mv=float(0.03 * up["coronary"] + 0.045 * up["anaemia"]),
        t_gain=float(np.exp(-0.1 * z["hf"] - 0.12 * z["diabetes"] - 0.05 * decade - 0.1 * female)),
        t_turn_deg=float(-14 * z["diabetes"] + 4 * own[10]),
        qt_add_ms=float(7 * z["diabetes"] + 6 * z["ckd"] + 16 * z["hepatic"] + 8 * female + 1.5 * decade + 3 * own[11]),
        potassium=float(np.clip(4.3 + (1.15 if z["potassium"] > 0 else 0.5) * z["potassium"], 2.9, 7.6)),
        potassium_response=float(0.6 + 0.5 * chance[10]),
        calcium=float(np.clip(2.4 + 0.26 * z["calcium"], 1.8, 3.3)),
        low_voltage=float(np.clip(np.exp(-0.16 * z["lung"] - 0.12 * z["hepatic"] + 0.16 * min(z["thyroid"], 0)), 0.4, 1.5)),
        habitus=float(1.7 * z["bodysize"]),
    )


class Drawn(EffectShaping):
    """The shaping of `effects.py` that also keeps what it drew: exact times and vectors, no noise."""

    def __init__(self, effects, rng):
        super().__init__(effects, rng)
        self.seen: dict = {}

    def events(self, rng, rhythm, duration_s):
        events = super().events(rng, rhythm, duration_s)
        beats = np.array([q for q, _ in events.qrs])
        inside = (beats > -0.5) & (beats < duration_s)
        rr = np.diff(np.sort(beats[inside]))
        rr = rr if len(rr) > 2 else np.array([1.0, 1.0, 1.0])
        early = [q - max((p for p, _ in events.p if p < q), default=q) for q, kind in events.qrs if kind == "normal" and 0 < q < duration_s]
        pr = float(np.median(early)) if early and np.median(early) < 0.5 else 0.0
        self.seen["timing"] = [float(np.median(rr)), float(np.log(rr.std() + 0.003)), float(np.log(np.sqrt(np.mean(np.diff(rr) ** 2)) + 0.003)),
                               pr, float(rhythm in ("af",)), float(rhythm == "flutter"), float(rhythm == "pvc"), float(rhythm == "pac")]
        return events

    def conduction(self, rng, rhythm):
        found = super().conduction(rng, rhythm)
        self.seen["conduction"] = [float(found == "lbbb"), float(found == "rbbb")]
        return found

    def p(self, rng, kind):
        wave = super().p(rng, kind)
        if kind == "sinus":
            self.seen["p"] = [wave.end - wave.start, *wave.bumps[0][3], *wave.bumps[1][3]]
        return wave

    def qrs(self, rng, kind, conduction):
        wave = super().qrs(rng, kind, conduction)
        if kind == "normal":
            at = wave.start + (wave.end - wave.start) * np.array(WAVE_FRACTIONS)
            self.seen["qrs"] = [wave.end - wave.start, *wave.dipole(at).ravel()]
        return wave

    def qt(self, rng, rr):
        found = super().qt(rng, rr)
        self.seen["qt"] = [float(found), float(found / np.sqrt(rr))]
        return found

    def repolarisation(self, rng, kind, conduction, qrs, qt):
        t, st, u = super().repolarisation(rng, kind, conduction, qrs, qt)
        if kind == "normal":
            _, left, right, v = t.bumps[0]
            self.seen["t"] = [left, right, *v, *st[3], float(np.linalg.norm(u[3])) if u else 0.0]
        return t, st, u

    def truth(self) -> np.ndarray:
        """[47]: timing, conduction, P, QRS loop at six moments, QT, T and ST as drawn."""
        return np.array([x for part in ("timing", "conduction", "p", "qrs", "qt", "t") for x in self.seen[part]], np.float32)


def record(leads: np.ndarray, rng, site: int, device: int) -> np.ndarray:
    """[12 x 5000] mV with the noise of the site and the filter of the device."""
    y = noise12(leads, rng, SITE_NOISE[site])
    return 1.05 * sosfiltfilt(DEVICE_1, y) if device else y


def trace(seed: int, index: int, person: tuple, *, sham: bool = False, waves_only: bool = False):
    """Person (age, female, latents, site, device) -> (int16 uV [8 x 5000] or None, ECG-visible truth [47]). An own stream each."""
    age, female, latents, site, device = person
    rng = np.random.default_rng(np.random.SeedSequence([seed, 7, index]))
    drawn = Drawn(effects_of(rng, age, female, latents, sham=sham), rng)
    if waves_only:
        waves(drawn, rng)
        return None, drawn.truth()
    leads = simulate(rng, shaping=drawn, marks=False).leads
    y = record(leads, rng, int(site), int(device))[list(STORED)]
    return np.clip(np.round(y * 1000), -32768, 32767).astype(np.int16), drawn.truth()


def waves(drawn: Drawn, rng) -> None:
    """Draws a person's beats and wave shapes without rendering them: what `ecg12.simulate` asks of its shaping, in its order."""
    rhythm = drawn.rhythm(rng)
    events = drawn.events(rng, rhythm, 10.0)
    conduction = drawn.conduction(rng, rhythm)
    shape = drawn.qrs(rng, "normal", conduction)
    drawn.p(rng, "sinus")
    rr = float(np.clip(np.median(np.diff([q for q, _ in events.qrs])), 0.3, 1.5))
    drawn.repolarisation(rng, "normal", conduction, shape, drawn.qt(rng, rr))


def twelve(stored: np.ndarray) -> np.ndarray:
    """int16 uV [n x 8 x 5000] -> float32 mV [n x 12 x 5000] in the order of ecg12.LEADS."""
    s = np.asarray(stored, np.float32) / 1000
    i, ii = s[:, 0], s[:, 1]
    return np.concatenate([np.stack([i, ii, ii - i, -(i + ii) / 2, i - ii / 2, ii - i / 2], 1), s[:, 2:]], 1)
