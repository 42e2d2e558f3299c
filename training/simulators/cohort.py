"""`sample(seed, n)`: a cohort with one 12-lead tracing a person, what is coded today, and ten years of new codes.

The people are those of `cohort_people.py`, the tracings those of `cohort_tracing.py`; seeds of the project: training 1001,
validation 2002, test 3003. The ceiling is in `cohort_ceiling.py`; `sham` gives every person a tracing without any effect.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .cohort_people import People, draw_people
from .cohort_tracing import trace


@dataclass
class Cohort:
    """`ecg` int16 uV [n x 8 x 5000] (leads I, II, V1-V6) or None; `visible` [n x 47], the ECG-visible truth."""

    people: People
    ecg: np.ndarray | None
    visible: np.ndarray


def one(job):
    return trace(*job[:3], sham=job[3], waves_only=job[4])


def sample(seed: int, n: int, *, sham: bool = False, waves_only: bool = False, workers: int = 1, store: Path | None = None, report=None) -> Cohort:
    """n people; person i and the tracing are the same whatever n is. `store`: a .npy file that holds the tracings on disk.
    `waves_only`: no tracings, only their truth (a hundred times as many people in the same time)."""
    people = draw_people(seed, n)
    jobs = [(seed, i, (people.age[i], people.female[i], people.latents[i], people.site[i], people.device[i]), sham, waves_only) for i in range(n)]
    ecg = None
    if not waves_only:
        shape = (n, 8, 5000)
        ecg = np.lib.format.open_memmap(store, "w+", np.int16, shape) if store else np.empty(shape, np.int16)
    visible = None
    pool = ProcessPoolExecutor(workers) if workers > 1 else None
    for i, (x, truth) in enumerate(pool.map(one, jobs, chunksize=64) if pool else map(one, jobs)):
        if visible is None:
            visible = np.empty((n, len(truth)), np.float32)
        visible[i] = truth
        if ecg is not None:
            ecg[i] = x
        if report and (i + 1) % max(n // 10, 1) == 0:
            report(f"simulated {i + 1}/{n}")
    if pool:
        pool.shutdown()
    return Cohort(people, ecg, visible)
