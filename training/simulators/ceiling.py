"""Ceilings: what readers of the simulator's truth could reach, without seeing any noise.

Three readers, each E[label | what it is told], learnt by gradient boosting on latent-only samples:
- `told`: the total factors by which the beats of this tracing were changed against the person's own unedited tracing.
  Nobody has that tracing, so it bounds readers of a single tracing from far above.
- `single`: the true wave sizes of this one tracing (the person's own sizes times the factors). An estimate of what any
  reader of a single tracing can reach: people of the training part, smoothed, stand for the population.
- `paired`: the true wave sizes of this tracing, and how they differ from those of the person's reference tracing.
Each knows the law of the simulator, none knows potassium or the response of the person.
"""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from .backgrounds import Background
from .beat_edit import isoelectric_line
from .delineate import Marks
from .potassium import draw_pair

FACTORS = ["t_gain", "t_width", "p_gain", "p_width", "pr_add_ms", "qrs_gain", "qrs_width", "st_add_ms", "st_scoop_mv",
           "u_wave_mv", "rr_scale", "smooth_ms"]
SIZES = ["tMv", "tMs", "pMv", "pMs", "prMs", "qrsMv", "qrsMs", "stMs", "stScoopMv", "uWaveMv", "rrMs", "smoothMs"]
BEFORE, AFTER = 230, 340  # samples of a beat round R
READERS = ("told", "single", "paired")
SMOOTHING = 0.35  # SD of the kernel round each training person, in SDs of the people


def factors_of(latents: list, which: str = "total_effect") -> np.ndarray:
    return np.array([[getattr(latent, which)[name] for name in FACTORS] for latent in latents], np.float32)


def wave_sizes(background: Background, marks: Marks) -> np.ndarray:
    """[12] SIZES of the untouched Lead I: amplitudes of the median beat above the isoelectric line (mV), lengths (ms)."""
    x, o, peaks = background.leads["I"], marks.offsets, np.asarray(marks.r_peaks)
    inside = [int(r) for r in peaks if BEFORE <= r < len(x) - AFTER]
    wave = x - isoelectric_line(x, np.clip(peaks + o["qrs_on"], 1, len(x) - 1).astype(int))
    beat = np.median([wave[r - BEFORE : r + AFTER] for r in inside or [int(np.clip(peaks[len(peaks) // 2], BEFORE, len(x) - AFTER))]], axis=0)
    part = lambda a, b: beat[BEFORE + int(o[a]) : BEFORE + int(o[b]) + 1]
    t, p = part("t_on", "t_off"), part("p_on", "p_off")
    length = lambda a, b: 2.0 * (o[b] - o[a])
    return np.array([t[np.argmax(np.abs(t))], length("t_on", "t_off"), p.max() if marks.has_p else 0.0, length("p_on", "p_off"),
                     length("p_on", "qrs_on"), np.ptp(part("qrs_on", "qrs_off")), length("qrs_on", "qrs_off"), length("qrs_off", "t_on"),
                     0.0, 0.0, 2.0 * np.median(np.diff(peaks)), 0.0], np.float32)


def changed(sizes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """[n, 12] sizes after the factors [n, 12]."""
    out = sizes * factors
    for column, name in enumerate(FACTORS):
        if name.endswith(("_ms", "_mv")):
            out[:, column] = sizes[:, column] + factors[:, column]
    return out


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Factors of the tracing over those of its reference; additions subtracted. T turned over stays negative."""
    out = a - b
    for column, name in enumerate(FACTORS):
        if not name.endswith(("_ms", "_mv")):
            out[:, column] = a[:, column] / np.where(np.abs(b[:, column]) < 0.05, 0.05, b[:, column])
    return out


def tables(latents: list, sizes: np.ndarray) -> dict[str, np.ndarray]:
    """What each reader is told of each case. `sizes` [n, 12]: the person's own."""
    own, reference = factors_of(latents), factors_of(latents, "reference_effect")
    seen = changed(sizes, own)
    return {"told": own, "single": seen, "paired": np.hstack([seen, difference(own, reference)])}


def smoothed_people(sizes: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """n draws round the people's sizes [people, 12]; columns that nobody varies in stay as they are."""
    drawn = sizes[rng.integers(0, len(sizes), n)]
    moved = drawn + rng.standard_normal(drawn.shape) * SMOOTHING * sizes.std(0)
    for column, name in enumerate(SIZES):
        if name.endswith("Ms") or name == "qrsMv":
            moved[:, column] = np.clip(moved[:, column], sizes[:, column].min(), sizes[:, column].max())
    return moved.astype(np.float32)


def fit_ceilings(seed: int, n: int, people: np.ndarray, labels: dict, weigh) -> dict:
    """{reader: {label: classifier}}. `labels`: label -> function of measured K (array) -> bool; `weigh`: latents -> weights."""
    latents = [draw_pair(np.random.default_rng(np.random.SeedSequence([seed, i])), "balanced", False)[0] for i in range(n)]
    told = tables(latents, smoothed_people(people, n, np.random.default_rng(seed)))
    weights, measured = weigh(latents), np.array([l.measured for l in latents])
    fit = lambda x, y: HistGradientBoostingClassifier(max_iter=200, learning_rate=0.06, min_samples_leaf=200, random_state=0).fit(
        x, y, sample_weight=weights)
    return {reader: {label: fit(told[reader], is_positive(measured)) for label, is_positive in labels.items()} for reader in READERS}
