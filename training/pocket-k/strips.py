"""30 s tracings: three clips of 10 s, how far their risks lie apart, and what their mean gains."""

import numpy as np

from metrics import auroc

CLIPS, SAMPLES = 3, 5000


def strip_figures(served, cases: dict, positive: np.ndarray) -> dict:
    """`served`: (ecg int16, ref, flag) -> calibrated [n, 4] with the embeddings of references already in `cases`. The mean of
    clips is taken of calibrated risks here; the runtime calibrates the mean, which for clips as near as these is the same."""
    ref, flag = cases["refEmbedding"], cases["referenced"]
    clips = np.stack([served(np.ascontiguousarray(cases["ecg"][:, i * SAMPLES : (i + 1) * SAMPLES]), ref, flag) for i in range(CLIPS)], 1)
    risk = clips[:, :, 0]
    logits = np.log(risk / (1 - risk))
    w = cases["weights"]
    order = np.argsort(risk.std(1))
    reached = np.cumsum(w[order]) / w.sum()
    return {"strips": len(risk), "patients": len(set(cases["patients"])),
            "medianSd": float(np.median(risk.std(1))), "medianSdNaturalMix": float(risk.std(1)[order][np.searchsorted(reached, 0.5)]),
            "p95Sd": float(np.percentile(risk.std(1), 95)), "medianLogitSd": float(np.median(logits.std(1))),
            "aurocFirstClip": auroc(risk[:, 0], positive, w), "aurocMean": auroc(risk.mean(1), positive, w)}
