"""The simulated cohort of AnyECG, made once: training, validation, test, and the same people's tracings without any effect.

Usage: OMP_NUM_THREADS=1 python training/anyecg/cases.py [--workers 2]
out/<part>.npy holds the tracings (int16 uV, leads I, II, V1-V6), out/<part>.npz the people. About 3.4 GB.
"""

import argparse
import dataclasses
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
sys.path.insert(0, str(HERE.parent))

from simulators.cohort import Cohort, sample  # noqa: E402
from simulators.cohort_people import People  # noqa: E402

SEEDS = {"train": 1001, "validation": 2002, "test": 3003}
PARTS = {"train": (1001, 24000, False), "validation": (2002, 6000, False), "test": (3003, 10000, False), "sham": (3003, 2000, True)}


def save(part: str, cohort: Cohort) -> None:
    np.savez(OUT / f"{part}.npz", visible=cohort.visible, **{f.name: getattr(cohort.people, f.name) for f in dataclasses.fields(People)})


def load(part: str) -> Cohort:
    """The tracings stay on disk (memory map)."""
    with np.load(OUT / f"{part}.npz") as z:
        people = People(**{f.name: z[f.name] for f in dataclasses.fields(People)})
        visible = z["visible"]
    return Cohort(people, np.load(OUT / f"{part}.npy", mmap_mode="r"), visible)


def main(workers: int) -> None:
    OUT.mkdir(exist_ok=True)
    for part, (seed, n, sham) in PARTS.items():
        started = time.time()
        cohort = sample(seed, n, sham=sham, workers=workers, store=OUT / f"{part}.npy", report=lambda text: print(" ", text, flush=True))
        save(part, cohort)
        print(f"{part}: {n} people, {(time.time() - started) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--workers", type=int, default=2)
    main(options.parse_args().workers)
