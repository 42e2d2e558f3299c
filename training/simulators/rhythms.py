"""When atria and ventricles fire: event lists of the rhythms that the 12-lead simulator can draw. Times in seconds.

An event list holds `P` events (an atrial wave begins), `QRS` events (a ventricular wave begins, with its kind) and says
whether the baseline carries fibrillation or flutter waves. Intervals are assumptions within textbook limits (rates
40-140/min; PR .12-.20 s normal, .21-.36 s first degree; escape 28-50/min; flutter 220-330/min); nothing is fitted to
any record.
"""

from dataclasses import dataclass, field

import numpy as np

RHYTHMS = {  # name -> share of the default mix
    "sinus": 0.27, "sinus-arrhythmia": 0.05, "pac": 0.08, "pvc": 0.10, "av1": 0.05, "av2-wenckebach": 0.04, "av2-mobitz": 0.03,
    "av3": 0.04, "junctional": 0.02, "wpw": 0.03, "svt": 0.02, "paced-ventricular": 0.03, "paced-dual": 0.02, "af": 0.16, "flutter": 0.06,
}
MARGIN_S = 2.5  # events are drawn this far beyond both ends, so that the ends look like the middle


@dataclass
class Events:
    """`p`: [(onset, kind)], kind sinus | ectopic | retrograde; `qrs`: [(onset, kind)], kind normal | pvc | paced | escape.

    `atrial`: None, "fibrillation" or "flutter"; `flutter_s`: flutter cycle length in s.
    """

    rhythm: str
    p: list = field(default_factory=list)
    qrs: list = field(default_factory=list)
    atrial: str | None = None
    flutter_s: float = 0.0
    variability: float = 1.0  # factor on the beat-to-beat spread of sinus rhythm


def sinus_times(rng, start, end, mean_rr, *, respiratory, noise=0.012):
    """Onsets of sinus P waves with respiratory modulation of depth `respiratory` and slow drift."""
    times, t = [], start
    breath, slow = rng.uniform(0.15, 0.35), rng.uniform(0.03, 0.1)
    phase = rng.uniform(0, 2 * np.pi, 2)
    while t < end:
        times.append(t)
        swing = respiratory * np.sin(2 * np.pi * breath * t + phase[0]) + 0.02 * np.sin(2 * np.pi * slow * t + phase[1])
        t += mean_rr * (1 + swing + noise * rng.standard_normal())
    return times


def draw_events(rng: np.random.Generator, rhythm: str, duration_s: float, *, rate: float | None = None, variability: float = 1.0) -> Events:
    """`rate` in beats a minute for sinus rhythms, and as the mean of fibrillation; drawn when not given."""
    start, end = -MARGIN_S - rng.random(), duration_s + MARGIN_S
    drawn = rng.uniform(45, 110) if rng.random() < 0.8 else rng.uniform(40, 140)
    rate = rate or drawn
    rr = 60 / rate
    pr = rng.uniform(0.12, 0.20) * np.clip(rr, 0.75, 1.05) ** 0.3
    return DRAW[rhythm](rng, Events(rhythm, variability=variability), start, end, rr, pr)


def sinus(rng, e, start, end, rr, pr):
    depth = rng.uniform(0.08, 0.2) if e.rhythm == "sinus-arrhythmia" else rng.uniform(0, 0.05)
    if e.rhythm == "av1":
        rr, pr = max(rr, 0.6), rng.uniform(0.21, 0.36)
    if e.rhythm == "wpw":
        pr = rng.uniform(0.08, 0.12)
    for t in sinus_times(rng, start, end, rr, respiratory=depth * e.variability, noise=0.012 * e.variability):
        e.p.append((t, "sinus"))
        e.qrs.append((t + pr + 0.004 * rng.standard_normal(), "normal"))
    return e


def premature(rng, e, start, end, rr, pr):
    """PAC: early P of another shape and a reset sinus; PVC: early wide beat, the sinus runs on and its next P is blocked."""
    kind = e.rhythm
    share = rng.choice([0.12, 0.25, 0.5])
    t, blocked, early = start, False, False
    rr = max(rr, 0.5)
    while t < end:
        e.p.append((t, "ectopic" if early and kind == "pac" else "sinus"))
        if not blocked:
            e.qrs.append((t + pr, "normal"))
        was_early, blocked, early = early or blocked, False, False
        step = rr * (1 + 0.02 * rng.standard_normal())
        if not was_early and rng.random() < share:
            early_by = rng.uniform(0.55, 0.8)
            if kind == "pac":
                step, early = rr * early_by, True
            else:
                e.qrs.append((t + pr + max(rr * early_by, 0.36), "pvc"))
                interpolated = rr > 1.0 and early_by < 0.62 and rng.random() < 0.3
                blocked = not interpolated
        elif was_early and kind == "pac":
            step = rr * rng.uniform(1.0, 1.2)
        t += step
    return e


def wenckebach(rng, e, start, end, rr, pr):
    rr = max(rr, 0.6)
    cycle, grow, beat = int(rng.integers(3, 6)), rng.uniform(0.03, 0.09), 0
    for t in sinus_times(rng, start, end, rr, respiratory=0.02):
        e.p.append((t, "sinus"))
        if beat < cycle - 1:
            e.qrs.append((t + pr + 0.02 + grow * beat ** 0.7, "normal"))
        beat = (beat + 1) % cycle
    return e


def mobitz(rng, e, start, end, rr, pr):
    rr = max(rr, 0.55)
    every = int(rng.choice([2, 3, 4]))
    for i, t in enumerate(sinus_times(rng, start, end, rr, respiratory=0.02)):
        e.p.append((t, "sinus"))
        if i % every != every - 1:
            e.qrs.append((t + pr, "normal"))
    return e


def third_degree(rng, e, start, end, rr, pr):
    for t in sinus_times(rng, start, end, rr, respiratory=0.02):
        e.p.append((t, "sinus"))
    escape = 60 / rng.uniform(28, 50)
    kind = "escape" if rng.random() < 0.6 else "normal"
    t = start + rng.uniform(0, escape)
    while t < end:
        e.qrs.append((t, kind))
        t += escape * (1 + 0.01 * rng.standard_normal())
    return e


def junctional(rng, e, start, end, rr, pr):
    """Narrow beats without P, or with a retrograde one before or after QRS; SVT is the same at 140-210/min."""
    rr = 60 / rng.uniform(140, 210) if e.rhythm == "svt" else 60 / rng.uniform(40, 70)
    lag = rng.choice([np.nan, -0.09, 0.1])
    t = start
    while t < end:
        e.qrs.append((t, "normal"))
        if np.isfinite(lag):
            e.p.append((t + lag, "retrograde"))
        t += rr * (1 + 0.01 * rng.standard_normal())
    return e


def paced(rng, e, start, end, rr, pr):
    """Ventricular pacing over dissociated P or fibrillation; dual: P (or paced P) then a paced QRS."""
    rr = 60 / rng.uniform(55, 80)
    if e.rhythm == "paced-dual":
        pr = rng.uniform(0.13, 0.2)
        for t in sinus_times(rng, start, end, rr, respiratory=0.02):
            e.p.append((t, "sinus"))
            e.qrs.append((t + pr, "paced"))
        return e
    if rng.random() < 0.5:
        e.atrial = "fibrillation"
    else:
        e.p = [(t, "sinus") for t in sinus_times(rng, start, end, 60 / rng.uniform(60, 100), respiratory=0.02)]
    for t in np.arange(start, end, rr):
        e.qrs.append((float(t), "paced"))
    return e


def fibrillation(rng, e, start, end, rr, pr):
    """RR gamma distributed (coefficient of variation .13-.32) above a refractory 0.3 s; some wide beats."""
    e.atrial = "fibrillation"
    mean, cv = rng.uniform(0.42, 1.2), rng.uniform(0.13, 0.32)
    t, wide = start, rng.choice([0.0, 0.0, 0.05, 0.15])
    while t < end:
        e.qrs.append((t, "pvc" if rng.random() < wide else "normal"))
        t += max(0.3, rng.gamma(1 / cv**2, mean * cv**2))
    return e


def flutter(rng, e, start, end, rr, pr):
    e.atrial, e.flutter_s = "flutter", 60 / rng.uniform(220, 330)
    fixed = int(rng.choice([2, 2, 3, 4, 4]))
    variable = rng.random() < 0.4
    t = start
    while t < end:
        e.qrs.append((t + 0.004 * rng.standard_normal(), "normal"))
        t += e.flutter_s * (int(rng.integers(2, 6)) if variable else fixed)
    return e


DRAW = {
    "sinus": sinus, "sinus-arrhythmia": sinus, "av1": sinus, "wpw": sinus, "pac": premature, "pvc": premature,
    "av2-wenckebach": wenckebach, "av2-mobitz": mobitz, "av3": third_degree, "junctional": junctional, "svt": junctional,
    "paced-ventricular": paced, "paced-dual": paced, "af": fibrillation, "flutter": flutter,
}
