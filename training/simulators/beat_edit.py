"""Edit the waves of a real single-lead record beat by beat, then rebuild it with new interval lengths.

Two steps. (1) Amplitude, in source time: P, QRS and T above the isoelectric line (PQ level of this beat to PQ level
of the next) are scaled with soft edges; ST scoop and U wave are added. (2) Timing: each beat is cut at
P on | P off | QRS on | J | T on | T off, each piece is stretched by its factor, the TP piece takes up what is left,
and the record is read off at the new times by cubic interpolation.

Sham: with the zero effect step 1 adds nothing and step 2 would read at the old sample times; `rebuild` therefore
starts by default at a random sub-sample phase, so that every record, edited or not, went through interpolation.

Record ends: an electrocardiograph does not end a record as it goes on in the middle. PTB-XL holds the last 100 ms at one
value, LUDB leaves the last 80 ms without its noise filter. A rebuilt record has beats there, by which a probe told
edited from untouched tracings (AUROC .595, gone without the ends); `with_device_ends` gives each rebuilt record the ends
of its source.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, map_coordinates, spline_filter1d

from .backgrounds import RATE_HZ
from .delineate import Marks

END_SAMPLES = 40  # 80 ms
MIN_TP_SAMPLES = 12  # shortest TP piece left after edits, 24 ms


@dataclass
class Effect:
    """What is done to each beat. Gains and widths are factors, `_ms` milliseconds, `_mv` millivolts."""

    t_gain: float = 1.0
    t_width: float = 1.0
    p_gain: float = 1.0
    p_width: float = 1.0
    pr_add_ms: float = 0.0
    qrs_gain: float = 1.0
    qrs_width: float = 1.0
    st_add_ms: float = 0.0
    st_scoop_mv: float = 0.0
    u_wave_mv: float = 0.0
    rr_scale: float = 1.0
    smooth_ms: float = 0.0  # sine-wave shape: Gaussian smoothing of the rebuilt record


def edge_window(length: int, start: float, stop: float, ramp_in: float, ramp_out: float) -> np.ndarray:
    """1 between start and stop with cosine ramps outside them; samples."""
    t = np.arange(length)
    rise = np.clip((t - (start - ramp_in)) / max(ramp_in, 1), 0, 1)
    fall = np.clip(((stop + ramp_out) - t) / max(ramp_out, 1), 0, 1)
    return 0.25 * (1 - np.cos(np.pi * rise)) * (1 - np.cos(np.pi * fall))


def isoelectric_line(x: np.ndarray, onsets: np.ndarray) -> np.ndarray:
    """Line through the PQ levels (median of the 10 ms before each QRS onset), held constant at the ends."""
    levels = [np.median(x[max(o - 6, 0) : max(o - 1, 1)]) for o in onsets]
    return np.interp(np.arange(len(x)), onsets, levels)


def edit_amplitudes(x: np.ndarray, marks: Marks, effect: Effect) -> np.ndarray:
    """Step 1: the record with scaled waves; the same array content where the effect is zero."""
    offsets, peaks, n = marks.offsets, np.asarray(marks.r_peaks), len(x)
    onsets = np.clip(peaks + offsets["qrs_on"], 1, n - 1).astype(int)
    wave = x - isoelectric_line(x, onsets)
    factor, added, t = np.zeros(n), np.zeros(n), np.arange(n)
    for i, r in enumerate(peaks):
        next_r = peaks[i + 1] if i + 1 < len(peaks) else r + int(np.median(np.diff(peaks)))
        t_stop = min(r + offsets["t_off"], next_r + offsets["qrs_on"] - 10)
        parts = [(effect.qrs_gain, r + offsets["qrs_on"], r + offsets["qrs_off"], 4, 5)]
        parts.append((effect.t_gain, r + offsets["t_on"], t_stop, min(20, offsets["t_on"] - offsets["qrs_off"] - 2), 12))
        if marks.has_p:
            parts.append((effect.p_gain, r + offsets["p_on"], r + offsets["p_off"], 8, 4))
        for gain, start, stop, ramp_in, ramp_out in parts:
            if gain == 1.0:
                continue
            low, high = int(max(start - ramp_in - 1, 0)), int(min(stop + ramp_out + 2, n))
            if high > low:
                window = edge_window(high - low, start - low, stop - low, ramp_in, ramp_out)
                factor[low:high] += (gain - 1) * window
        if effect.u_wave_mv:
            added += effect.u_wave_mv * np.exp(-0.5 * ((t - (r + offsets["t_off"] + 35)) / 18.0) ** 2)
        if effect.st_scoop_mv:
            centre = r + 0.5 * (offsets["qrs_off"] + offsets["t_peak"])
            added -= effect.st_scoop_mv * np.exp(-0.5 * ((t - centre) / 22.0) ** 2)
    return x + factor * wave + added


def held_samples(x: np.ndarray) -> tuple[int, int]:
    """How many samples at the start and at the end repeat their neighbour, because the device held one value."""
    moves = np.abs(np.diff(x)) > 1e-9
    return (int(np.argmax(moves)), int(np.argmax(moves[::-1]))) if moves.any() else (0, 0)


def fast_part(x: np.ndarray, marks: Marks, keep: slice) -> np.ndarray:
    """What is faster than 6 ms in the samples `keep` of a record, outside QRS: unfiltered noise of the device, mV."""
    fast = x - gaussian_filter1d(x, 3.0, mode="nearest")
    peaks = np.asarray(marks.r_peaks)
    step = int(np.median(np.diff(peaks)))
    t = np.arange(len(x))
    for r in [peaks[0] - step, *peaks, peaks[-1] + step]:
        fast[(t > r + marks.offsets["qrs_on"] - 12) & (t < r + marks.offsets["qrs_off"] + 12)] = 0
    return fast[keep]


def with_device_ends(y: np.ndarray, source: np.ndarray, marks: Marks) -> np.ndarray:
    """A rebuilt record (mV) with the ends that the device gave its source: unfiltered noise, then held samples."""
    y = y.copy()
    start, stop = held_samples(source)
    last = len(source) - max(stop, 0)
    noise = fast_part(source[:last], marks, slice(last - END_SAMPLES, last))
    inside = fast_part(source[:last], marks, slice(END_SAMPLES, last - 2 * END_SAMPLES))
    if np.abs(noise).mean() > 1.5 * np.abs(inside[inside != 0]).mean():  # else it is the noise that y has already
        y[len(y) - stop - END_SAMPLES : len(y) - stop] += noise
    if start:
        y[:start] = y[start]
    if stop:
        y[-stop:] = y[-stop - 1]
    return y


def timing_map(marks: Marks, effect: Effect, length: int, rate_steps: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Knots (new time, old time) in samples for at least `length` new samples; it starts at the first whole
    beat (a wave whose R peak lies before the record could not be edited) and repeats the beats where they run out. `rate_steps`: further factor on the RR of each beat in turn (rhythm of a long strip)."""
    offsets, peaks = marks.offsets, np.asarray(marks.r_peaks, float)
    names = ["p_on", "p_off", "qrs_on", "qrs_off", "t_on", "t_off"]
    limits = np.array([offsets[n] for n in names])
    to_samples = RATE_HZ / 1000
    beats = [i for i in range(len(peaks) - 1) if peaks[i] + limits[0] > 0]
    new, old = [0.0], [peaks[beats[0]] + limits[0]]
    turn = 0
    while new[-1] < length:
        i = beats[turn % len(beats)]
        rr_scale = effect.rr_scale * (1.0 if rate_steps is None else rate_steps[turn % len(rate_steps)])
        turn += 1
        src = np.append(np.minimum(peaks[i] + limits, peaks[i + 1] + limits[0] - 2), peaks[i + 1] + limits[0])
        src = np.maximum.accumulate(src)
        if old[-1] != src[0]:  # the record ran out: go back to its first whole beat
            new.append(new[-1] + 1e-3), old.append(src[0])
        pieces = np.diff(src)
        out = pieces.copy()
        out[0] *= effect.p_width
        out[1] = max(out[1] + effect.pr_add_ms * to_samples, 1.0)
        out[2] *= effect.qrs_width
        out[3] = max(out[3] + effect.st_add_ms * to_samples, 2.0)
        out[4] *= effect.t_width
        out[5] = max(pieces.sum() * rr_scale - out[:5].sum(), min(MIN_TP_SAMPLES, pieces[5]))
        new += list(new[-1] + np.cumsum(out))
        old += list(src[1:])
    return np.array(new), np.array(old)


def rebuild(x: np.ndarray, marks: Marks, effect: Effect, length: int, phase: float = 0.0,
            rate_steps: np.ndarray | None = None) -> np.ndarray:
    """Lead [5000] mV -> edited lead [length] mV at 500 Hz. `phase` (samples, 0..1): sub-sample start of reading."""
    edited = edit_amplitudes(x, marks, effect)
    new, old = timing_map(marks, effect, length + 2, rate_steps)
    at = np.interp(np.arange(length) + phase, new, old)
    y = map_coordinates(spline_filter1d(edited), [at], order=3, prefilter=False, mode="nearest")
    # where reading jumped back to the first beat the base level steps: carry the step as an offset
    for jump in np.flatnonzero(np.diff(at) < -5):
        y[jump + 1 :] += y[jump] - y[jump + 1]
    if effect.smooth_ms > 0:
        y = gaussian_filter1d(y, effect.smooth_ms * RATE_HZ / 1000)
    return y
