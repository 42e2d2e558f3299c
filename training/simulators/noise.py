"""Recording noise and device differences for single-lead ECG (mV, 500 Hz). Levels are assumptions."""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from .backgrounds import RATE_HZ

HANDHELD = butter(2, [0.5, 40], "bandpass", fs=RATE_HZ, output="sos")


def wander(length: int, amplitude_mv: float, rng: np.random.Generator) -> np.ndarray:
    """Sum of three slow sines, 0.05-0.5 Hz."""
    t = np.arange(length) / RATE_HZ
    waves = [np.sin(2 * np.pi * (rng.uniform(0.05, 0.5) * t + rng.random())) for _ in range(3)]
    return amplitude_mv * sum(waves) / 3


def muscle(length: int, sd_mv: float, rng: np.random.Generator) -> np.ndarray:
    """White noise whose strength changes along the record."""
    strength = np.interp(np.arange(length), np.linspace(0, length, 6), rng.uniform(0.4, 1.6, 6))
    return sd_mv * strength * rng.standard_normal(length)


def mains(length: int, amplitude_mv: float, rng: np.random.Generator) -> np.ndarray:
    frequency = 50.0 if rng.random() < 0.7 else 60.0
    return amplitude_mv * np.sin(2 * np.pi * (frequency * np.arange(length) / RATE_HZ + rng.random()))


def add_noise(x: np.ndarray, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Wander, muscle, mains, gain error, coarse quantisation, handheld band limit; `strength` 0 leaves x as it is.

    The gain error is SD 3 % (device), never more than 10 %: amplitude is information and stays.
    """
    if strength == 0:
        return x
    n = len(x)
    y = x * np.clip(rng.normal(1, 0.03), 0.9, 1.1)
    if rng.random() < 0.15:
        y = sosfiltfilt(HANDHELD, y)
    y = y + wander(n, strength * rng.exponential(0.05), rng)
    y = y + muscle(n, strength * rng.uniform(0.0, 0.015), rng)
    if rng.random() < 0.4:
        y = y + mains(n, strength * rng.exponential(0.015), rng)
    if rng.random() < 0.3:
        y = np.round(y / 0.005) * 0.005  # 5 uV steps, as 12 bits over +/- 10 mV
    return y
