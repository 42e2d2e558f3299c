"""The ceiling of every label, on the validation and test people. Usage: OMP_NUM_THREADS=1 python training/anyecg/ceiling.py [--people 80000]

Writes out/ceiling.npz: scores of the reader of the drawn waves (`simulators/cohort_ceiling.py`), today and in ten years.
"""

import argparse
import time

import numpy as np
import torch

from cases import OUT, load
from simulators.cohort import sample
from simulators.cohort_ceiling import fit_reader

SEED = 5005  # people without tracings, of whom the reader learns the law of the simulator

def main(people: int) -> None:
    started = time.time()
    known = sample(SEED, people, waves_only=True, workers=2, report=print)
    reader = fit_reader(known, epochs=15)
    scores = {}
    for part in ("validation", "test"):
        now, future = reader.logits(load(part))
        scores |= {f"{part}_now": now.astype(np.float32), f"{part}_future": future.astype(np.float32)}
    np.savez(OUT / "ceiling.npz", people=people, minutes=(time.time() - started) / 60, **scores)
    print(f"ceiling from {people} people, {(time.time() - started) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=80000)
    torch.set_num_threads(1)
    main(options.parse_args().people)
