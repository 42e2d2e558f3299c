"""`sample(seed, n)`: potassium simulated on real Lead I, with the latent truth of every case and a sham switch.

Each case draws from its own stream SeedSequence([seed, index]), so a case is the same whichever process makes it.
Seeds of the project: training 1001, validation 2002, test 3003.
"""

from concurrent.futures import ProcessPoolExecutor

import numpy as np

from .backgrounds import Background
from .beat_edit import Effect, rebuild
from .delineate import Marks
from .noise import add_noise
from .potassium import Latent, draw_latent

START_SPREAD = 500  # samples: the record starts anywhere in its first second


def virtual_lead(leads: dict, rng: np.random.Generator) -> np.ndarray:
    """Training only: Lead I turned in the frontal plane (SD 20 degrees) with some V5, to vary the few backgrounds.

    Wider than the specification's "mix 10 % of lead II", because only a few hundred people exist; validation and
    test always use Lead I itself.
    """
    if rng.random() < 0.35:
        return leads["I"]
    angle = rng.normal(0, np.deg2rad(20))
    y = np.cos(angle) * leads["I"] + np.sin(angle) * leads["AVF"] * 2 / np.sqrt(3)
    if rng.random() < 0.4:
        y = y + rng.uniform(0, 0.35) * leads["V5"]
    return y * rng.uniform(0.8, 1.25)


def simulate(background: Background, marks: Marks, rng: np.random.Generator, *, mix: str, length: int = 5000,
             training: bool = False, sham: bool = False, noise: float = 1.0) -> tuple[np.ndarray, Latent]:
    """One tracing [length] mV at 500 Hz and its truth. `sham`: same processing, effect zero."""
    latent, effect = draw_latent(rng, mix, haemolysis=training)
    if sham:
        effect = Effect()
    lead = virtual_lead(background.leads, rng) if training else background.leads["I"]
    start = int(rng.integers(0, START_SPREAD))
    x = rebuild(lead, marks, effect, length + start, phase=float(rng.random()))[start:]
    return add_noise(x, rng, noise), latent


def one_case(job: tuple) -> tuple[np.ndarray, Latent]:
    seed, index, background, marks, options = job
    return simulate(background, marks, np.random.default_rng(np.random.SeedSequence([seed, index])), **options)


_pool_state: dict = {}


def _set_pool(backgrounds, marks):
    _pool_state.update(backgrounds=backgrounds, marks=marks)


def _pool_case(job: tuple):
    seed, index, which, options = job
    background = _pool_state["backgrounds"][which]
    x, latent = one_case((seed, index, background, _pool_state["marks"][background.key], options))
    return np.clip(np.round(np.nan_to_num(x) * 1000), -32768, 32767).astype(np.int16), latent


def sample(seed: int, n: int, backgrounds: list[Background], marks: dict[str, Marks], *, workers: int = 1, report=None,
           **options) -> tuple[np.ndarray, list[Latent], np.ndarray]:
    """n cases: ECG [n x length] int16 uV, truths, index of the background of each case (used in turn).

    options: mix ("natural" | "balanced"), length, training, sham, noise; see `simulate`.
    """
    usable = [b for b in backgrounds if b.key in marks]
    which = np.arange(n) % len(usable)
    jobs = [(seed, i, int(w), options) for i, w in enumerate(which)]
    ecg = np.empty((n, options.get("length", 5000)), np.int16)
    truths: list[Latent] = []
    _set_pool(usable, marks)
    if workers == 1:
        results = map(_pool_case, jobs)
    else:
        pool = ProcessPoolExecutor(workers, initializer=_set_pool, initargs=(usable, marks))
        results = pool.map(_pool_case, jobs, chunksize=64)
    for i, (x, latent) in enumerate(results):
        ecg[i] = x
        truths.append(latent)
        if report and (i + 1) % max(n // 20, 1) == 0:
            report(f"simulated {i + 1}/{n}")
    if workers != 1:
        pool.shutdown()
    order = np.array([backgrounds.index(usable[w]) for w in which]) if len(usable) != len(backgrounds) else which
    return ecg, truths, order
