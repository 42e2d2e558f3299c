"""Simulate the pre-training cases. Usage: python training/ecg-encoder/simulate_cases.py [--cases 30000] [--workers 2]

out/sim-<part>.npy: int16 [n, 8, 5000], leads I, II, V1-V6 after hb-ecg-1, x SCALE; out/sim-<part>.npz: targets.
Case i comes from its own stream SeedSequence([seed, i]); 3.5 ms a case.
"""

import argparse
import os
import time
from multiprocessing import Pool

for library in ("OPENBLAS", "OMP"):  # small products: threads of BLAS would only wait for each other
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np
import torch

from network import SAMPLES
from pathology import draw_effects, targets
from shared import OUT, SEEDS
from hb_ecg_1 import HbEcg1
from simulators.effects import simulate12
from simulators.noise import noise12

MEASURED = [0, 1, 6, 7, 8, 9, 10, 11]  # the eight independent leads among the twelve
SCALE = 3000.0
CHUNK = 64
PREPROCESSING = HbEcg1()


def one(seed: int, index: int):
    rng = np.random.default_rng(np.random.SeedSequence([seed, index]))
    effects, superclasses = draw_effects(rng)
    clean = simulate12(rng, effects)
    binary, regression = targets(effects, superclasses, clean)
    return noise12(clean, rng, float(rng.exponential(0.8)))[MEASURED], binary, regression


def chunk(job):
    seed, start, stop = job
    torch.set_num_threads(1)
    leads, binary, regression = zip(*[one(seed, i) for i in range(start, stop)])
    with torch.no_grad():
        x = PREPROCESSING(torch.from_numpy(np.array(leads, np.float32)).reshape(-1, 1, SAMPLES)).reshape(-1, 8, SAMPLES)
    return start, np.round(x.numpy() * SCALE).astype(np.int16), np.array(binary), np.array(regression)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=30000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    began = time.time()
    for part, n in (("validation", 1536), ("train", arguments.cases)):
        ecg = np.lib.format.open_memmap(OUT / f"sim-{part}.npy", "w+", np.int16, (n, 8, SAMPLES))
        binary, regression = [None] * n, [None] * n
        jobs = [(SEEDS[part], s, min(s + CHUNK, n)) for s in range(0, n, CHUNK)]
        with Pool(arguments.workers) as pool:
            for start, x, b, r in pool.imap_unordered(chunk, jobs):
                ecg[start : start + len(x)] = x
                binary[start : start + len(x)], regression[start : start + len(x)] = b, r
        np.savez(OUT / f"sim-{part}.npz", binary=np.array(binary, np.float32), regression=np.array(regression, np.float32))
        print(part, n, f"{time.time() - began:.0f} s", "superclass shares", np.round(np.nanmean(np.array(binary)[:, :5], 0), 3), flush=True)
