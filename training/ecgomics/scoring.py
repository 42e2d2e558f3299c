"""Waves from per-sample answers, and how well they meet marks. Used to choose a model; the served path is scored elsewhere.

A wave is a run of one winning class; its edges are where its probability crosses that of the best other class, linear between
samples. Runs closer than 24 ms join; P and QRS under 24 ms and T under 40 ms are dropped.
A predicted wave meets a mark when its middle and the marked peak lie within 150 ms and no other is nearer; waves outside
the span of the lead's marks are not judged.
"""

import numpy as np

STEP_MS, LEAST, JOIN, TOLERANCE_MS = 4.0, {1: 6, 2: 6, 3: 10}, 6, 150.0


def waves(p: np.ndarray) -> list:
    """p [4 x n] -> [(class, onset ms, offset ms)] in time order."""
    winner, out = p.argmax(0), []
    for kind in (1, 2, 3):
        on = np.flatnonzero(np.diff(np.concatenate([[0], (winner == kind).astype(int), [0]])))
        runs = [list(r) for r in on.reshape(-1, 2)]
        joined = []
        for run in runs:
            if joined and run[0] - joined[-1][1] < JOIN:
                joined[-1][1] = run[1]
            else:
                joined.append(run)
        other = np.delete(p, kind, 0).max(0)
        margin = p[kind] - other
        for a, b in joined:
            if b - a < LEAST[kind]:
                continue
            start = a - margin[a] / (margin[a] - margin[a - 1]) if a > 0 and margin[a - 1] < 0 < margin[a] else a
            end = b - 1 + margin[b - 1] / (margin[b - 1] - margin[b]) if b < p.shape[1] and margin[b] < 0 < margin[b - 1] else b - 1
            out.append((kind, start * STEP_MS, end * STEP_MS))
    return sorted(out, key=lambda w: w[1])


def judge(rows: list) -> dict:
    """rows: [(waves, lead)]. F1 and edge errors (ms) over all, and P marks per marked beat where the rhythm has none."""
    count = {k: [0, 0, 0] for k in (1, 2, 3)}
    errors = {(k, e): [] for k in (1, 2, 3) for e in (0, 1)}
    false_p = beats = 0
    for found, lead in rows:
        low, high = lead.span[0] * 2.0, lead.span[1] * 2.0
        no_p = "fibrillation" in lead.rhythm or "flutter" in lead.rhythm
        for kind in (1, 2, 3):
            truth = [m for m in lead.marks if m[0] == kind]
            guess = [w for w in found if w[0] == kind and low - 10 <= (w[1] + w[2]) / 2 <= high + 10]
            if no_p and kind == 2:
                beats += len(truth)
            if no_p and kind == 1:
                false_p += len(guess)
            pairs = sorted((abs((g[1] + g[2]) / 2 - m[2] * 2.0), i, j) for i, m in enumerate(truth) for j, g in enumerate(guess)
                           if abs((g[1] + g[2]) / 2 - m[2] * 2.0) <= TOLERANCE_MS)
            used_t, used_g = set(), set()
            for _, i, j in pairs:
                if i in used_t or j in used_g:
                    continue
                used_t.add(i), used_g.add(j)
                m, g = truth[i], guess[j]
                if m[1] is not None:
                    errors[kind, 0].append(g[1] - m[1] * 2.0)
                if m[3] is not None:
                    errors[kind, 1].append(g[2] - m[3] * 2.0)
            count[kind][0] += len(used_t)
            count[kind][1] += len(guess) - len(used_g)
            count[kind][2] += len(truth) - len(used_t)
    name = {1: "p", 2: "qrs", 3: "t"}
    out = {f"{name[k]}.f1": 2 * tp / max(2 * tp + fp + fn, 1) for k, (tp, fp, fn) in count.items()}
    for (k, e), v in errors.items():
        edge = ("onset", "offset")[e]
        out[f"{name[k]}.{edge}.meanMs"], out[f"{name[k]}.{edge}.sdMs"] = float(np.mean(v or [0])), float(np.std(v or [0]))
    out["falseP"], out["beatsWithoutP"] = false_p / beats if beats else None, beats
    return out
