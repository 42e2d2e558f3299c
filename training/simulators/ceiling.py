"""The ceiling: what a reader of the simulator's own effects could reach, without seeing any ECG.

The reader is told the total factors by which the beats of this tracing were changed (potassium times the spread and
the confounders of `potassium.py`), that is, the change against the person's own unedited tracing, and knows the
law of the simulator: its score is E[label | factors], learnt by gradient boosting on a large latent-only sample.
A reader of one tracing sees less, because the waves differ between people before anything is changed.
"""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from .potassium import draw_latent

FACTORS = ["t_gain", "t_width", "p_gain", "p_width", "pr_add_ms", "qrs_gain", "qrs_width", "st_add_ms", "st_scoop_mv",
           "u_wave_mv", "rr_scale", "smooth_ms"]


def factors_of(latents: list) -> np.ndarray:
    return np.array([[latent.total_effect[name] for name in FACTORS] for latent in latents], np.float32)


def draw_latents(seed: int, n: int, mix: str) -> list:
    return [draw_latent(np.random.default_rng(np.random.SeedSequence([seed, i])), mix, False)[0] for i in range(n)]


def fit_ceiling(seed: int, n: int, thresholds: dict, weigh) -> dict:
    """Readers by label. `thresholds`: label -> function of measured K (array) -> bool; `weigh`: latents -> weights."""
    latents = draw_latents(seed, n, "balanced")
    x, weights = factors_of(latents), weigh(latents)
    measured = np.array([l.measured for l in latents])
    return {
        label: HistGradientBoostingClassifier(max_iter=200, learning_rate=0.06, min_samples_leaf=200, random_state=0).fit(
            x, is_positive(measured), sample_weight=weights)
        for label, is_positive in thresholds.items()
    }
