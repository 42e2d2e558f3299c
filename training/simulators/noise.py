"""Recording noise and device differences for single-lead and 12-lead ECG (mV, 500 Hz). Levels are assumptions."""

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


ELECTRODES = {"RA": 0, "LA": 1, "LL": 2, **{f"V{i}": 2 + i for i in range(1, 7)}}


def electrode_matrix() -> np.ndarray:
    """[12 x 9]: leads from what each electrode picks up (order RA, LA, LL, V1-V6)."""
    m = np.zeros((12, 9))
    ra, la, ll = np.eye(9)[:3]
    centre = (ra + la + ll) / 3
    m[:6] = la - ra, ll - ra, ll - la, ra - (la + ll) / 2, la - (ra + ll) / 2, ll - (ra + la) / 2
    m[6:] = np.eye(9)[3:] - centre
    return m


ELECTRODE_MATRIX = electrode_matrix()


def noise12(leads: np.ndarray, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """[12 x n] mV with noise that arises at the nine electrodes, so that Einthoven's law still holds; one gain error and
    one band limit for the whole device, of the sizes of `add_noise`."""
    n = leads.shape[1]
    t = np.arange(n) / RATE_HZ
    y = leads * np.clip(rng.normal(1, 0.03), 0.9, 1.1)
    picked = np.zeros((9, n))
    slow = np.sin(2 * np.pi * (rng.uniform(0.05, 0.5, (3, 1)) * t + rng.random((3, 1))))
    picked += strength * rng.exponential(0.04, (9, 1)) * (rng.normal(0, 0.6, (9, 3)) @ slow)
    level = strength * rng.uniform(0, 0.012) * rng.uniform(0.4, 1.6, (9, 1))
    picked += level * rng.standard_normal((9, n), dtype=np.float32)
    if rng.random() < 0.4:
        frequency = 50.0 if rng.random() < 0.7 else 60.0
        picked += strength * rng.exponential(0.01, (9, 1)) * np.sin(2 * np.pi * (frequency * t + rng.random()))
    y = y + ELECTRODE_MATRIX @ picked
    return sosfiltfilt(HANDHELD, y) if rng.random() < 0.1 else y
