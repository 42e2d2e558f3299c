"""One training window from one lead: what recorders, people and wires do to it. 500 Hz in, 250 Hz x 2,496 out.

Specs 01 section 5: gain .5-2, polarity, wander .05-.5 Hz, EMG, 50/60 Hz, resampling .95-1.05 with the marks scaled, baseline
steps. Added: a 40 Hz or 25 Hz low-pass (handheld devices, strong filters), rare flat ends.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import firwin, oaconvolve

WINDOW, RATE_HZ = 2496, 250
HALF_BAND = firwin(63, 110, fs=500)


def low_passed(x: np.ndarray) -> np.ndarray:
    """500 Hz lead without what 250 Hz cannot hold, ends mirrored about their value; once per lead."""
    n = len(HALF_BAND) // 2
    padded = np.concatenate([2 * x[0] - x[n:0:-1], x, 2 * x[-1] - x[-2 : -n - 2 : -1]])
    return oaconvolve(padded, HALF_BAND, "valid").astype(np.float32)


def window(x, y, start, step):
    """[2496] samples at `start + i * step` of the 500 Hz grid; outside the lead the edge value, label -1."""
    at = start + step * np.arange(WINDOW)
    near = np.rint(at).astype(int)
    inside = (near >= 0) & (near < len(x))
    out = np.interp(at, np.arange(len(x)), x)
    return out, np.where(inside, y[np.clip(near, 0, len(x) - 1)], -1)


def plain(x, y):
    """The window that is evaluated: the first 2,496 samples at 250 Hz."""
    return window(x, y, 0, 2)


def augmented(x, y, rng: np.random.Generator, *, simulated: bool):
    scale = rng.uniform(0.95, 1.05)
    free = len(x) - (WINDOW - 1) * 2 * scale
    out, labels = window(x, y, rng.uniform(min(free, 0), max(free, 0)), 2 * scale)
    t = np.arange(WINDOW) / RATE_HZ
    noise = 1.0 if simulated else 0.6  # LUDB brings its own
    if rng.random() < 0.2:
        out = gaussian_filter1d(out, np.sqrt(np.log(2)) * RATE_HZ / (2 * np.pi * rng.choice([25.0, 40.0])))  # -3 dB there
    if rng.random() < 0.8:
        for _ in range(2):
            out = out + rng.exponential(0.08) * np.sin(2 * np.pi * (rng.uniform(0.05, 0.5) * t + rng.random()))
    strength = np.interp(np.arange(WINDOW), np.linspace(0, WINDOW, 8), rng.uniform(0.3, 1.7, 8))
    emg = rng.standard_normal(WINDOW)
    if rng.random() < 0.5:
        emg = gaussian_filter1d(emg, 0.8) * 1.5
    out = out + noise * min(rng.exponential(0.012), 0.06) * strength * emg
    if rng.random() < 0.35:
        out = out + noise * min(rng.exponential(0.02), 0.1) * np.sin(2 * np.pi * (rng.choice([50.0, 60.0]) * t + rng.random()))
    if rng.random() < 0.1:
        out[int(rng.integers(0, WINDOW)) :] += rng.normal(0, 0.5)
    return out * np.exp(rng.uniform(np.log(0.5), np.log(2.0))) * rng.choice([1.0, 1.0, 1.0, -1.0]), labels
