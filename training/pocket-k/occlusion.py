"""Does taking out the planted segment make the score fall most? The same question is asked of inference/explain.

A tracing of an own-test person at normal potassium gets one change (T, QRS or P); each segment in turn is then replaced,
in all beats; the drop is that of logit P(K > 5.5). Two readings:
- `rank`: the planted segment has the largest drop;
- `rank against own`: the largest drop beyond that of the same person's tracing without the change.

Two replacements:
- the straight line between the edges (`planted_rows`): all that a single tracing allows (inference/explain/occlusion.ts). A
  tracing without QRS is unlike anything the net has seen, and a flattened P that is taken away shows nothing;
- the person's own usual segment (`paired_rows`): that of the median beat of the reference tracing, which is the same
  person simulated on another day, with other noise, start and electrode places (inference/explain/usual-segment.ts). Four
  segments: P here is all before QRS, so that the PR interval is part of it.
"""

import numpy as np
from scipy.ndimage import map_coordinates, spline_filter1d

from calibration import logit
from simulators.beat_edit import Effect, isoelectric_line, rebuild, timing_map, with_device_ends
from simulators.generator import ELECTRODE_SD, START_SPREAD
from simulators.noise import add_noise
from simulators.potassium import combine, draw_spread

SEGMENTS = ("p", "pr", "qrs", "st", "t")
USUAL = ("p", "qrs", "st", "t")
PLANTED = {"t": Effect(t_gain=1.5, t_width=0.65), "qrs": Effect(qrs_width=1.5), "p": Effect(p_gain=0.2, p_width=1.4)}
PAIR_SEED = 3003

# Samples at 500 Hz, the same times as in usual-segment.ts
BEYOND_P, BEYOND_T = 40, 100  # the median beat begins and ends so far beyond its waves, where the rate leaves room
BLEND = {"qrs": (2, 4), "st": (4, 8), "t": (8, 8)}  # half of the passage at the start and at the end of a segment
BLEND_P = 6
QRS_RAMP = 4  # inside and outside QRS the single beat gives way to the median beat over this
ENDS = 10


def limits_of(marks, effect: Effect, length: int) -> np.ndarray:
    """Where P on | P off | QRS on | J | T on | T off lie in each beat of the rebuilt record: [beats, 6] samples."""
    new, _ = timing_map(marks, effect, length + 2)
    edges, at = [], 0
    while at + 6 < len(new):
        edges.append(new[at : at + 6])
        at += 6
        if at + 1 < len(new) and new[at + 1] - new[at] < 0.01:  # the knot of a jump back to the first beat
            at += 1
    return np.array(edges)


def without(x: np.ndarray, edges: np.ndarray, segment: str) -> np.ndarray:
    """The record with the straight line in place of one segment of every beat."""
    y, column = x.copy(), SEGMENTS.index(segment)
    for beat in edges:
        a, b = int(round(beat[column])), int(round(beat[column + 1]))
        a, b = max(a, 0), min(b, len(x) - 1)
        if b > a:
            y[a : b + 1] = np.linspace(x[a], x[b], b - a + 1)
    return y


def read_at(x: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values between the samples, cubic; held at the ends."""
    return map_coordinates(spline_filter1d(x), [np.clip(np.atleast_1d(at), 0, len(x) - 1)], order=3, prefilter=False, mode="nearest")


def level_line(x: np.ndarray, edges: np.ndarray) -> np.ndarray:
    onsets = np.round(edges[:, 2]).astype(int)
    return isoelectric_line(x, onsets[(onsets > 8) & (onsets < len(x))])


class MedianBeat:
    """The usual beat of a record: median over its beats, laid on each other at QRS onset, PQ level 0. Time counts from QRS onset."""

    def __init__(self, x: np.ndarray, edges: np.ndarray):
        self.limits = np.median(edges - edges[:, [2]], axis=0)
        p_on, t_off, rr = self.limits[0], self.limits[5], np.median(np.diff(edges[:, 2]))
        self.before = int(min(BEYOND_P - p_on, max(rr - t_off, 2 - p_on)))
        self.after = int(min(t_off + BEYOND_T, rr + p_on))
        z = x - level_line(x, edges)
        whole = [o for o in edges[:, 2] if o >= self.before and o + self.after <= len(x) - 1]
        time = np.arange(-self.before, self.after)
        self.samples = np.median([read_at(z, o + time) for o in whole], axis=0)

    def at(self, time) -> np.ndarray:
        return read_at(self.samples, np.atleast_1d(time) + self.before)


def passage(time: np.ndarray, at: float, half: float) -> np.ndarray:
    """0 before, 1 after, straight over at - half .. at + half."""
    return np.clip((time - at + half) / (2 * half), 0, 1)


def exchanged(now: MedianBeat, own: MedianBeat, segment: str) -> tuple[np.ndarray, np.ndarray]:
    """(time from QRS onset, the present median beat with one segment of the own usual beat minus the present one).

    P: all before QRS, timing included. QRS: with its own duration; what follows moves along. ST and T: as they lie behind J, so that
    a T begins when it usually does; no mark is worse to set than T onset.
    """
    time = np.arange(-max(now.before, own.before), max(now.after, own.after) + 60).astype(float)
    present, own_j, j = now.at(time), own.limits[3], now.limits[3]
    if segment == "p":
        usual = np.where(time < own.limits[0] - ENDS, own.at(own.limits[0] - ENDS), own.at(time))
        share = passage(time, min(now.limits[0], own.limits[0]) - 4, BLEND_P) * (time < 0)
    elif segment == "qrs":
        out_of = passage(time, own_j, BLEND["qrs"][1])
        usual = (1 - out_of) * own.at(time) + out_of * now.at(time - own_j + j)
        share = passage(time, 0, BLEND["qrs"][0])
    else:
        usual = own.at(time - j + own_j)
        t_on = j + min(now.limits[4] - j, own.limits[4] - own_j)
        t_off = j + max(now.limits[5] - j, own.limits[5] - own_j)
        start, end = (j, t_on) if segment == "st" else (t_on, t_off + 2 * BLEND["t"][1])
        share = passage(time, start, BLEND[segment][0]) * (1 - passage(time, end, BLEND[segment][1]))
    return time, share * (usual - present) * np.clip((time - time[0]) / ENDS, 0, 1) * np.clip((time[-1] - time) / ENDS, 0, 1)


def with_usual(x: np.ndarray, edges: np.ndarray, own: MedianBeat, segment: str) -> np.ndarray:
    """The record with the own usual segment in every beat: the difference of two median beats is added, so that noise, wander and
    what varies from beat to beat stay. In QRS, where a shift of 1 ms is a large residue, the median beat itself stands."""
    now = MedianBeat(x, edges)
    time, changed = exchanged(now, own, segment)
    z, y = x - level_line(x, edges), x.copy()
    if segment == "qrs":
        end = max(now.limits[3], own.limits[3]) + 2 * QRS_RAMP
        inside = np.clip((time + QRS_RAMP) / QRS_RAMP, 0, 1) * np.clip((end - time) / (2 * QRS_RAMP), 0, 1)
        present = now.at(time)
    for onset in edges[:, 2]:
        i = np.arange(max(int(np.ceil(onset + time[0])), 0), min(int(onset + time[-1]), len(x)))
        if len(i) == 0:
            continue
        place = i - onset - time[0]
        y[i] += read_at(changed, place)
        if segment == "qrs":
            y[i] -= np.interp(place, np.arange(len(time)), inside) * (z[i] - read_at(present, place))
    return y


def drops(score, marks, lead: np.ndarray, effect: Effect) -> np.ndarray:
    """[5] fall of the logit when each of SEGMENTS is taken out."""
    x = rebuild(lead, marks, effect, len(lead))
    edges = limits_of(marks, effect, len(lead))
    batch = np.array([x, *[without(x, edges, s) for s in SEGMENTS]], np.float32)
    z = logit(score(batch))
    return z[0] - z[1:]


def planted_rows(score, backgrounds: list, marks: dict) -> list[dict]:
    """Rows {planted, n, first, firstAgainstOwn}; `score`: [n, 5000] mV -> P(K > 5.5) [n]. People without P count for T and QRS."""
    return rows_of(backgrounds, marks, SEGMENTS, lambda b, effect: drops(score, marks[b.key], b.leads["I"], effect))


def rows_of(backgrounds: list, marks: dict, segments: tuple, drops_of) -> list[dict]:
    """`drops_of(background, effect)`: one fall of the logit for each of `segments`."""
    rows = []
    own = {b.key: drops_of(b, Effect()) for b in backgrounds}
    # by how much the largest drop exceeds 0 where nothing was planted: what an unchanged person shows
    unchanged = float(np.percentile([d.max() for d in own.values()], 95))
    for segment, effect in PLANTED.items():
        people = [b for b in backgrounds if marks[b.key].has_p or segment != "p"]
        found = np.array([drops_of(b, effect) for b in people])
        beyond = found - np.array([own[b.key] for b in people])
        place = segments.index(segment)
        rows.append({"planted": segment, "n": len(people), "first": float(np.mean(found.argmax(1) == place)),
                     "firstAgainstOwn": float(np.mean(beyond.argmax(1) == place)), "largestUnchanged95": unchanged,
                     "medianDrops": dict(zip(segments, np.median(found, 0).tolist()))})
    return rows


def tracing(lead: np.ndarray, marks, effect: Effect, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """As `generator.record` makes one of 10 s, and where its waves lie: (mV [5000], edges [beats, 6])."""
    start, phase = int(rng.integers(0, START_SPREAD)), float(rng.random())
    length = len(lead) + start
    x = add_noise(rebuild(lead, marks, effect, length, phase)[start:], rng, 1.0)
    return with_device_ends(x, lead, marks), limits_of(marks, effect, length) - start - phase


def pair(background, marks, effect: Effect, number: int, seed: int = PAIR_SEED) -> tuple:
    """(tracing with the effect, reference tracing), each as `tracing` gives it; day, noise, start of each drawn by (seed, number),
    so that the same person with another effect has the same draws."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
    lead = background.leads["I"]
    moved = lead + rng.normal(0, ELECTRODE_SD) * background.leads["II"] + rng.normal(0, ELECTRODE_SD) * background.leads["V5"]
    reference = tracing(moved, marks, draw_spread(rng, "day"), rng)
    return tracing(lead, marks, combine(effect, draw_spread(rng, "day")), rng), reference


def paired_rows(score, backgrounds: list, marks: dict, by: str = "usual", seed: int = PAIR_SEED) -> list[dict]:
    """As `planted_rows`, where each person has a reference tracing. `score`: ([n, 5000], reference [5000]) mV -> P(K > 5.5) [n].
    by "usual": chance is .25; by "line": the same tracings and the straight line, chance .20."""
    number = {b.key: i for i, b in enumerate(backgrounds)}

    def drops_of(b, effect: Effect) -> np.ndarray:
        (x, edges), (reference, reference_edges) = pair(b, marks[b.key], effect, number[b.key], seed)
        own = MedianBeat(reference, reference_edges)
        replaced = [with_usual(x, edges, own, s) for s in USUAL] if by == "usual" else [without(x, edges, s) for s in SEGMENTS]
        z = logit(score(np.array([x, *replaced], np.float32), reference.astype(np.float32)))
        return z[0] - z[1:]

    return rows_of(backgrounds, marks, USUAL if by == "usual" else SEGMENTS, drops_of)
