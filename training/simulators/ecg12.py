"""`sample(seed, n)`: 12-lead ECG of a moving dipole whose waves are Gaussians with ends, and its exact marks.

Every wave is a sum of bumps, each a fixed vector in space times a Gaussian in time that is cut at three standard
deviations and lowered by its value there, so that it begins and ends exactly. The leads are projections by Dower's
matrix (Dower GE, Machado HB, Osborne JA, Clin Cardiol 1980;3:87-95); III and the augmented leads follow from I and II.
Axes: x left, y feet, z back; mV.

Marks, both exact because they are taken before any noise:
- global: where the bumps of a wave begin and end (latent);
- per lead: where the lead's own projection of the wave first and last exceeds 4 % of its peak (and 6 uV), for that is what
  can be seen. A wave whose peak in that lead is under 15 uV, or that lies over another wave, is `hidden`.
Assumptions, none fitted to records: the widths, vectors and spreads below; QT by Bazett with QTc .36-.48 s.
"""

from dataclasses import dataclass, field

import numpy as np

from .rhythms import RHYTHMS, Events, draw_events

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
DOWER = {
    "I": (0.632, -0.235, 0.059), "II": (0.235, 1.066, -0.132), "V1": (-0.515, 0.157, -0.917), "V2": (0.044, 0.164, -1.387),
    "V3": (0.882, 0.098, -1.277), "V4": (1.213, 0.127, -0.601), "V5": (1.125, 0.127, -0.086), "V6": (0.831, 0.076, 0.230),
}
VISIBLE_SHARE, VISIBLE_MV, HIDDEN_MV = 0.04, 0.006, 0.015


def lead_matrix() -> np.ndarray:
    """[12 x 3]: leads from the dipole."""
    m = {name: np.array(row) for name, row in DOWER.items()}
    m["III"] = m["II"] - m["I"]
    m["aVR"], m["aVL"], m["aVF"] = -(m["I"] + m["II"]) / 2, m["I"] - m["II"] / 2, m["II"] - m["I"] / 2
    return np.stack([m[name] for name in LEADS])


MATRIX = lead_matrix()


@dataclass
class Mark:
    """Seconds. `hidden`: present in the truth, not fairly to be asked of a reader of this lead."""

    wave: str
    onset: float
    peak: float
    offset: float
    hidden: bool = False


@dataclass
class Case:
    """`leads` [12 x n] mV without noise; `marks[i]` of lead i; `truth` global marks (latent); `events` as drawn."""

    leads: np.ndarray
    rate_hz: float
    marks: list
    truth: list
    events: Events
    facts: dict = field(default_factory=dict)


def bump(t, centre, left, right):
    """Gaussian of half widths `left`, `right` (three standard deviations), 0 outside, 1 at the centre."""
    u = np.where(t < centre, (t - centre) / left, (t - centre) / right)
    floor = np.exp(-4.5)
    return np.where(np.abs(u) < 1, (np.exp(-4.5 * u * u) - floor) / (1 - floor), 0.0)


def vec(x, y, z):
    return np.array([x, y, z], float)


@dataclass
class Wave:
    """Bumps (centre, left, right, vector) relative to the wave's onset."""

    bumps: list

    @property
    def start(self):
        return min(c - l for c, l, r, v in self.bumps)

    @property
    def end(self):
        return max(c + r for c, l, r, v in self.bumps)

    def dipole(self, t):
        return sum(bump(t, c, l, r)[:, None] * v[None, :] for c, l, r, v in self.bumps)


def p_wave(rng, kind):
    width = rng.uniform(0.08, 0.13)
    size = rng.uniform(0.05, 0.16)
    right, left = vec(0.5, 0.9, -0.35), vec(0.75, 0.55, 0.45)
    spread = rng.normal(0, 0.2, (2, 3))
    sign = -1.0 if kind == "retrograde" else 1.0
    if kind == "ectopic":
        spread += rng.normal(0, 0.6, (2, 3))
    a, b = width * rng.uniform(0.3, 0.45), width * rng.uniform(0.5, 0.65)
    return Wave([(a, a, a * 1.2, sign * size * (right + spread[0])), (b, b * 0.75, width - b, sign * size * 0.8 * (left + spread[1]))])


def qrs_wave(rng, conduction, scars=True):
    """Septal, apical, lateral and basal vectors in turn; block makes the last ones late and slow.

    `scars` False: no infarct scar by chance. The random draws are the same in number either way."""
    d = rng.uniform(0.07, 0.105)
    gain = rng.uniform(0.6, 1.5)
    tilt = rng.normal(0, 0.22, (5, 3))
    frontal = rng.normal(0, 0.45)
    septal, apical = vec(-0.25, -0.1, -0.35), vec(0.75, 0.85, -0.45)
    lateral, basal = vec(1.25, 0.75 + frontal, 0.75), vec(-0.25, -0.35, 0.55)
    if rng.random() < 0.15:  # an infarct scar: the first forces turn away
        septal = septal + scars * rng.normal(0, 0.6, 3)
    c = np.array([0.18, 0.38, 0.55, 0.8]) * d
    w = np.array([0.18, 0.24, 0.25, 0.2]) * d
    bumps = [(c[i], w[i], w[i], gain * (v + tilt[i])) for i, v in enumerate((septal * rng.uniform(0.2, 1.6), apical, lateral, basal * rng.uniform(0.3, 1.5)))]
    if conduction == "rbbb":
        wide = rng.uniform(0.12, 0.165)
        bumps.append((wide * 0.72, wide * 0.28, wide * 0.28, gain * rng.uniform(0.5, 1.1) * (vec(-0.75, 0.0, -0.75) + tilt[4])))
    elif conduction in ("lbbb", "paced", "escape"):
        wide = rng.uniform(0.125, 0.18)
        lead = vec(1.1, 0.35, 0.9) if conduction == "lbbb" else rng.normal(0, 0.7, 3) + (vec(0.7, -0.8, 0.6) if conduction == "paced" else 0)
        bumps = [(wide * 0.32, wide * 0.32, wide * 0.36, gain * (lead + tilt[0])), (wide * 0.62, wide * 0.4, wide * 0.38, gain * (lead * 0.9 + 1.4 * tilt[1]))]
    elif conduction == "pvc":
        wide, lead = rng.uniform(0.12, 0.19), rng.normal(0, 0.9, 3)
        bumps = [(wide * 0.35, wide * 0.35, wide * 0.35, gain * lead), (wide * 0.65, wide * 0.35, wide * 0.35, gain * (0.7 * lead + rng.normal(0, 0.5, 3)))]
    elif conduction == "wpw":
        delta = rng.uniform(0.03, 0.06)
        bumps = [(c0 + delta, l, r, v) for c0, l, r, v in bumps]
        bumps.append((delta * 1.25, delta * 1.25, delta * 0.9, gain * 0.45 * (vec(0.9, 0.5, -0.5) + rng.normal(0, 0.4, 3))))
    return Wave(bumps)


def t_wave(rng, qrs: Wave, qt: float, discordant: bool, variants=True):
    """ST level, T (slow rise, faster fall), seldom biphasic, seldom a U wave (drawn, never marked).

    `variants` False: no T inversion, second T bump or ST shift by chance, and less spread of the T direction."""
    end = qrs.end
    qt = max(qt, end + 0.14)
    width = min(rng.uniform(0.15, 0.26), (qt - end) * 0.92)
    area = sum((l + r) * v for c, l, r, v in qrs.bumps)
    direction = -area / (np.linalg.norm(area) + 1e-9) if discordant else vec(0.75, 0.5, -0.35)
    size = rng.gamma(4, 0.085)
    v = size * (direction + rng.normal(0, 0.25 if variants else 0.18, 3))
    if not discordant and rng.random() < 0.15 and variants:
        v = -v * rng.uniform(0.3, 0.9)
    fall = width * rng.uniform(0.36, 0.46)
    centre = qt - fall
    bumps = [(centre, width - fall, fall, v)]
    if rng.random() < 0.12 and variants:
        bumps.append((centre - width * 0.35, width * 0.25, width * 0.3, rng.normal(0, 0.5 * size, 3)))
    level = rng.normal(0, 0.03, 3) + (rng.normal(0, 0.12, 3) if rng.random() < 0.15 and variants else 0) + (0.3 * v if discordant else 0)
    st = (end + (centre - end) * 0.45, (centre - end) * 0.45 + 0.02, width * 0.55, level)
    u = (qt + 0.06, 0.06, 0.07, 0.12 * v) if rng.random() < 0.15 else None
    return Wave(bumps), st, u


def fibrillation_waves(rng, t):
    """[n x 3] mV: two independent wavelets of 4-9 Hz with harmonics, wandering in rate and size, strongest towards V1 and II."""
    out = np.zeros((len(t), 3))
    size = rng.choice([rng.uniform(0, 0.025), rng.uniform(0.02, 0.07), rng.uniform(0.06, 0.16)], p=[0.3, 0.45, 0.25])
    grid = np.linspace(t[0], t[-1], max(int((t[-1] - t[0]) * 1.5), 4))
    for share in (1.0, rng.uniform(0.2, 0.7)):
        rate = np.interp(t, grid, rng.uniform(4.2, 8.5) + rng.normal(0, 0.5, len(grid)))
        phase = np.cumsum(2 * np.pi * rate) * (t[1] - t[0]) + rng.uniform(0, 2 * np.pi)
        envelope = np.interp(t, grid, np.clip(1 + rng.normal(0, 0.35, len(grid)), 0.1, 2.2))
        wave = np.sin(phase) + rng.uniform(0.1, 0.5) * np.sin(2 * phase + rng.normal(0, 0.6)) + rng.uniform(0, 0.25) * np.sin(3 * phase + rng.normal(0, 0.9))
        out += share * size * (envelope * wave)[:, None] * (vec(0.15, 0.65, -0.85) + rng.normal(0, 0.35, 3))[None, :]
    return out


def flutter_waves(rng, t, cycle):
    """[n x 3] mV saw-tooth, smoothed, negative in the inferior leads (typical) or turned round."""
    phase = (t / cycle + rng.random()) % 1
    saw = np.where(phase < 0.7, phase / 0.7, (1 - phase) / 0.3) - 0.5
    k = np.hanning(max(int(0.03 / (t[1] - t[0])), 3))
    saw = np.convolve(np.pad(saw, len(k), mode="reflect"), k / k.sum(), "same")[len(k) : -len(k)]
    sign = 1.0 if rng.random() < 0.3 else -1.0
    return sign * rng.uniform(0.06, 0.3) * saw[:, None] * (vec(0.1, 1.0, 0.45) + rng.normal(0, 0.2, 3))[None, :]


def visible_span(t, projection):
    """Onset, peak, offset seconds of the visible part of one projected wave, and its peak size."""
    size = np.abs(projection)
    top = int(size.argmax())
    above = np.flatnonzero(size > max(VISIBLE_SHARE * size[top], VISIBLE_MV))
    return (t[above[0]], t[top], t[above[-1]], size[top]) if len(above) else (t[0], t[top], t[-1], size[top])


class Shaping:
    """What a case is drawn from; `effects.py` overrides these to change a tracing by what a person has."""

    def rhythm(self, rng) -> str:
        return str(rng.choice(list(RHYTHMS), p=np.array(list(RHYTHMS.values())) / sum(RHYTHMS.values())))

    def events(self, rng, rhythm, duration_s) -> Events:
        return draw_events(rng, rhythm, duration_s)

    def conduction(self, rng, rhythm) -> str:
        return "wpw" if rhythm == "wpw" else str(rng.choice(["normal", "rbbb", "lbbb"], p=[0.8, 0.11, 0.09]))

    def p(self, rng, kind) -> Wave:
        return p_wave(rng, kind)

    def qrs(self, rng, kind, conduction) -> Wave:
        return qrs_wave(rng, conduction if kind == "normal" else kind)

    def qt(self, rng, rr) -> float:
        """Seconds, before wide beats lengthen it."""
        return np.clip(rng.normal(0.42, 0.028), 0.36, 0.49) * np.sqrt(rr)

    def repolarisation(self, rng, kind, conduction, qrs: Wave, qt):
        return t_wave(rng, qrs, qt + max(0.0, qrs.end - 0.1) * 0.7, kind != "normal" or conduction == "lbbb")


def simulate(rng: np.random.Generator, *, rhythm: str | None = None, duration_s: float = 10.0, rate_hz: float = 500.0,
             shaping: Shaping | None = None, marks: bool = True) -> Case:
    """One noise-free case; `rhythm` drawn from RHYTHMS when not given. Without `marks` (empty then) it is twice as fast."""
    shaping = shaping or Shaping()
    rhythm = rhythm or shaping.rhythm(rng)
    events = shaping.events(rng, rhythm, duration_s)
    n = round(duration_s * rate_hz)
    t = np.arange(n) / rate_hz
    conduction = shaping.conduction(rng, rhythm)
    shapes = {kind: shaping.qrs(rng, kind, conduction) for kind in ("normal", "pvc", "paced", "escape")}
    p_shapes = {kind: shaping.p(rng, kind) for kind in ("sinus", "ectopic", "retrograde")}
    onsets = [q for q, _ in events.qrs]
    rr = float(np.clip(np.median(np.diff(onsets)), 0.3, 1.5))
    qt = shaping.qt(rng, rr)
    repolarisation = {kind: shaping.repolarisation(rng, kind, conduction, shape, qt) for kind, shape in shapes.items()}
    dipole = np.zeros((n, 3))
    spike = rng.normal(0, 1.2, 3)
    placed = []  # (wave name, start, end, samples, dipole part)

    def place(name, wave, at, scale=1.0):
        first, last = max(int(np.floor((at + wave.start) * rate_hz)), 0), min(int(np.ceil((at + wave.end) * rate_hz)) + 1, n)
        if last - first < 2:
            return
        part = wave.dipole(t[first:last] - at) * scale
        dipole[first:last] += part
        inside = at + wave.start >= 0 and at + wave.end <= t[-1]
        if name:
            placed.append((name, at + wave.start, at + wave.end, t[first:last], part, inside))

    for at, kind in events.p:
        place("p", p_shapes[kind], at, rng.normal(1, 0.05))
    for i, (at, kind) in enumerate(events.qrs):
        shape, (t_shape, st, u) = shapes[kind], repolarisation[kind]
        shift = 0.0
        if i:  # repolarisation shortens with the RR before it
            shift = 0.12 * (np.clip(at - onsets[i - 1], 0.3, 1.6) - rr) * (0.4 if len(onsets) > 2 else 0)
        scale = rng.normal(1, 0.03)
        place("qrs", shape, at, scale)
        place("t", Wave([(c + shift, l, r, v) for c, l, r, v in t_shape.bumps]), at, scale)
        place(None, Wave([st]), at, scale)
        if u:
            place(None, Wave([u]), at, scale)
        if kind == "paced":
            k = int(round((at - 0.004) * rate_hz))
            if 0 <= k < n:
                dipole[k : k + max(1, round(0.002 * rate_hz))] += spike
    if events.atrial == "fibrillation":
        dipole += fibrillation_waves(rng, t)
    elif events.atrial == "flutter":
        dipole += flutter_waves(rng, t, events.flutter_s)
    facts = {"conduction": conduction, "qt": float(qt), "rr": rr}
    by_lead, truth = marks_of(placed) if marks else ([], [])
    return Case(MATRIX @ dipole.T, rate_hz, by_lead, truth, events, facts)


def marks_of(placed: list) -> tuple[list, list]:
    """Marks of each lead, and the latent ones, from the waves as they were placed."""
    truth = [Mark(name, s, (s + e) / 2, e, not inside) for name, s, e, _, _, inside in placed]
    marks = [[] for _ in LEADS]
    for name, start, end, times, part, inside in placed:
        over = any(other[0] != name and min(end, other[2]) - max(start, other[1]) > 0.25 * (end - start) for other in placed) if name == "p" else False
        projected = part @ MATRIX.T
        for lead in range(12):
            onset, peak, offset, size = visible_span(times, projected[:, lead])
            marks[lead].append(Mark(name, onset, peak, offset, over or not inside or size < HIDDEN_MV))
    for row in marks:
        row.sort(key=lambda m: m.onset)
    return marks, truth


def sample(seed: int, n: int, **options) -> list[Case]:
    """n cases; case i comes from its own stream SeedSequence([seed, i]) and is the same whatever n is."""
    return [simulate(np.random.default_rng(np.random.SeedSequence([seed, i])), **options) for i in range(n)]
