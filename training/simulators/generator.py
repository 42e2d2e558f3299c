"""`sample(seed, n)`: potassium simulated on real Lead I, with the latent truth of every case and a sham switch.

Each case draws from its own stream SeedSequence([seed, index]), so a case is the same whichever process makes it.
Seeds of the project: training 1001, validation 2002, test 3003.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from .backgrounds import Background
from .beat_edit import Effect, rebuild, with_device_ends
from .delineate import Marks
from .noise import add_noise
from .potassium import Latent, draw_pair

START_SPREAD = 500  # samples: the record starts anywhere in its first second
ENDS_SHARE_TRAINING = 0.7  # of the training cases have the ends of their device, so that nothing is learnt by them
ELECTRODE_SD = 0.04  # share of other leads in Lead I of another day (electrodes placed anew), assumed
RHYTHM_SD = 0.03  # beat-to-beat and slow variation of RR in a strip longer than its source, assumed


@dataclass
class LeadView:
    """Which direction a training case looks from; (0, 0, 1) is Lead I itself."""

    angle: float = 0.0
    v5: float = 0.0
    gain: float = 1.0


def draw_view(rng: np.random.Generator) -> LeadView:
    """Training only: Lead I turned in the frontal plane (SD 20 degrees) with some V5, to vary the few backgrounds.

    Wider than the specification's "mix 10 % of lead II", because only a few hundred people exist; validation and
    test always use Lead I itself.
    """
    if rng.random() < 0.35:
        return LeadView()
    v5 = rng.uniform(0, 0.35) if rng.random() < 0.4 else 0.0
    return LeadView(float(rng.normal(0, np.deg2rad(20))), float(v5), float(rng.uniform(0.8, 1.25)))


def seen_from(leads: dict, view: LeadView) -> np.ndarray:
    """[5000] mV."""
    if view == LeadView():
        return leads["I"]
    y = np.cos(view.angle) * leads["I"] + np.sin(view.angle) * leads["AVF"] * 2 / np.sqrt(3)
    return (y + view.v5 * leads["V5"]) * view.gain


def record(lead: np.ndarray, marks: Marks, effect: Effect, rng: np.random.Generator, length: int, noise: float, ends: bool) -> np.ndarray:
    """Delineate - deform - rebuild - add noise: the way of every tracing, the untouched (zero effect) as well."""
    start = int(rng.integers(0, START_SPREAD))
    phase = float(rng.random())
    rate_steps = rhythm(rng) if length > len(lead) else None
    x = add_noise(rebuild(lead, marks, effect, length + start, phase, rate_steps)[start:], rng, noise)
    return with_device_ends(x, lead, marks) if ends else x


def rhythm(rng: np.random.Generator) -> np.ndarray:
    """Factors on RR, beat by beat: respiration (0.15-0.35 cycles a beat) and white variation."""
    beat = np.arange(200)
    wave = np.sin(2 * np.pi * (rng.uniform(0.15, 0.35) * beat + rng.random()))
    return np.clip(1 + RHYTHM_SD * (wave + 0.5 * rng.standard_normal(200)), 0.85, 1.15)


def simulate(background: Background, marks: Marks, rng: np.random.Generator, *, mix: str, length: int = 5000,
             training: bool = False, sham: bool = False, noise: float = 1.0) -> tuple[np.ndarray, Latent]:
    """One tracing [length] mV at 500 Hz and its truth. `sham`: same processing, effect zero."""
    x, _, latent = simulate_pair(background, marks, rng, mix=mix, length=length, training=training, sham=sham, noise=noise, reference=False)
    return x, latent


def simulate_pair(background: Background, marks: Marks, rng: np.random.Generator, *, mix: str, length: int = 5000, training: bool = False,
                  sham: bool = False, noise: float = 1.0, reference: bool = True) -> tuple[np.ndarray, np.ndarray | None, Latent]:
    """A tracing [length] mV, the same person's reference tracing [5000] mV (another day, potassium 3.5-5.0), the truth."""
    latent, effect, other = draw_pair(rng, mix, haemolysis=training)
    if sham:
        effect = other = Effect()
    view = draw_view(rng) if training else LeadView()
    lead = seen_from(background.leads, view)
    ends = not training or rng.random() < ENDS_SHARE_TRAINING
    x = record(lead, marks, effect, rng, length, noise, ends)
    if not reference:
        return x, None, latent
    moved = lead + rng.normal(0, ELECTRODE_SD) * background.leads["II"] + rng.normal(0, ELECTRODE_SD) * background.leads["V5"]
    return x, record(moved, marks, other, rng, len(lead), noise, ends), latent


_pool_state: dict = {}


def _set_pool(backgrounds, marks):
    _pool_state.update(backgrounds=backgrounds, marks=marks)


def microvolt(x: np.ndarray) -> np.ndarray:
    return np.clip(np.round(np.nan_to_num(x) * 1000), -32768, 32767).astype(np.int16)


def _pool_case(job: tuple) -> tuple[np.ndarray, np.ndarray | None, Latent]:
    seed, index, which, options = job
    background = _pool_state["backgrounds"][which]
    rng = np.random.default_rng(np.random.SeedSequence([seed, index]))
    x, other, latent = simulate_pair(background, _pool_state["marks"][background.key], rng, **options)
    return microvolt(x), None if other is None else microvolt(other), latent


def sample_pairs(seed: int, n: int, backgrounds: list[Background], marks: dict[str, Marks], *, workers: int = 1, report=None,
                 **options) -> tuple[np.ndarray, np.ndarray | None, list[Latent], np.ndarray]:
    """n cases: ECG [n x length] and reference ECG [n x 5000] int16 uV (None with reference=False), truths, index of the
    background of each case (used in turn).

    options: mix ("natural" | "balanced"), length, training, sham, noise, reference; see `simulate_pair`.
    """
    usable = [b for b in backgrounds if b.key in marks]
    which = np.arange(n) % len(usable)
    jobs = [(seed, i, int(w), options) for i, w in enumerate(which)]
    ecg = np.empty((n, options.get("length", 5000)), np.int16)
    references = np.empty((n, 5000), np.int16) if options.get("reference", True) else None
    truths: list[Latent] = []
    _set_pool(usable, marks)
    if workers == 1:
        results = map(_pool_case, jobs)
    else:
        pool = ProcessPoolExecutor(workers, initializer=_set_pool, initargs=(usable, marks))
        results = pool.map(_pool_case, jobs, chunksize=64)
    for i, (x, other, latent) in enumerate(results):
        ecg[i] = x
        if references is not None:
            references[i] = other
        truths.append(latent)
        if report and (i + 1) % max(n // 20, 1) == 0:
            report(f"simulated {i + 1}/{n}")
    if workers != 1:
        pool.shutdown()
    order = np.array([backgrounds.index(usable[w]) for w in which]) if len(usable) != len(backgrounds) else which
    return ecg, references, truths, order


def sample(seed: int, n: int, backgrounds: list[Background], marks: dict[str, Marks], **options) -> tuple[np.ndarray, list[Latent], np.ndarray]:
    """`sample_pairs` without the references."""
    ecg, _, truths, order = sample_pairs(seed, n, backgrounds, marks, reference=False, **options)
    return ecg, truths, order
