"""Does taking out the planted segment make the score fall most? The same question is asked of inference/explain/occlusion.ts.

A tracing of an own-test person at normal potassium gets one change (T, QRS or P); each segment in turn is then replaced
by the straight line between its edges, in all beats; the drop is that of logit P(K > 5.5). Two readings:
- `rank`: the planted segment has the largest drop of the five;
- `rank against own`: the largest drop beyond that of the same person's tracing without the change, which takes away what
  a net does with any tracing whose QRS is missing.
"""

import numpy as np

from calibration import logit
from simulators.beat_edit import Effect, rebuild, timing_map

SEGMENTS = ("p", "pr", "qrs", "st", "t")
PLANTED = {"t": Effect(t_gain=1.5, t_width=0.65), "qrs": Effect(qrs_width=1.5), "p": Effect(p_gain=0.2, p_width=1.4)}


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


def drops(score, marks, lead: np.ndarray, effect: Effect) -> np.ndarray:
    """[5] fall of the logit when each of SEGMENTS is taken out."""
    x = rebuild(lead, marks, effect, len(lead))
    edges = limits_of(marks, effect, len(lead))
    batch = np.array([x, *[without(x, edges, s) for s in SEGMENTS]], np.float32)
    z = logit(score(batch))
    return z[0] - z[1:]


def planted_rows(score, backgrounds: list, marks: dict) -> list[dict]:
    """Rows {planted, n, first, firstAgainstOwn}; `score`: [n, 5000] mV -> P(K > 5.5) [n]. People without P count for T and QRS."""
    rows = []
    own = {b.key: drops(score, marks[b.key], b.leads["I"], Effect()) for b in backgrounds}
    for segment, effect in PLANTED.items():
        people = [b for b in backgrounds if marks[b.key].has_p or segment != "p"]
        found = np.array([drops(score, marks[b.key], b.leads["I"], effect) for b in people])
        beyond = found - np.array([own[b.key] for b in people])
        place = SEGMENTS.index(segment)
        rows.append({"planted": segment, "n": len(people), "first": float(np.mean(found.argmax(1) == place)),
                     "firstAgainstOwn": float(np.mean(beyond.argmax(1) == place)),
                     "medianDrops": dict(zip(SEGMENTS, np.median(found, 0).tolist()))})
    return rows
