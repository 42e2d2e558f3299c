"""The simulated cases of Pocket-K: training, validation and own test, cached in out/ (git-ignored).

Usage: python training/pocket-k/cases.py [--train 100000]     about 4 minutes on 2 cores
"""

import argparse
import pickle
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from simulators.backgrounds import describe_splits, load_splits  # noqa: E402
from simulators.delineate import delineate_all  # noqa: E402
from simulators.generator import sample  # noqa: E402
from simulators.potassium import balanced_density, natural_density  # noqa: E402

OUT = HERE / "out"
SEEDS = {"train": 1001, "validation": 2002, "test": 3003}
DRAWS = {"validation": 120, "test": 150}  # cases per background
TRAIN_LENGTH = 5400  # samples; training crops 5000 at random
PREVALENCE = {"k-gt-5.5": 0.02, "k-ge-6.0": 0.007, "k-gt-6.5": None, "k-lt-3.5": 0.03}
POSITIVE = {
    "k-gt-5.5": lambda k: k > 5.5,
    "k-ge-6.0": lambda k: k >= 6.0,
    "k-gt-6.5": lambda k: k > 6.5,
    "k-lt-3.5": lambda k: k < 3.5,
}


def natural_weights(latents: list) -> np.ndarray:
    """Weights (mean 1) that turn the balanced mix into the natural one: 2 % > 5.5, .7 % >= 6.0, 3 % < 3.5 measured."""
    k = np.array([l.k for l in latents])
    measured = np.array([l.measured for l in latents])
    weights = natural_density(k) / balanced_density(k)
    strata = [(measured < 3.5, 0.03), ((measured >= 3.5) & (measured <= 5.5), 0.95),
              ((measured > 5.5) & (measured < 6.0), 0.013), (measured >= 6.0, 0.007)]
    for inside, share in strata:
        weights[inside] *= share / weights[inside].sum()
    return weights * len(weights)


def marked_splits() -> tuple[dict, dict]:
    """Backgrounds by part and marks by key; records without four beats are left out."""
    splits = load_splits()
    marks = delineate_all(sum(splits.values(), []), OUT / "marks.json")
    return {name: [b for b in part if b.key in marks] for name, part in splits.items()}, marks


def load_cases(part: str) -> dict:
    """ecg int16 uV [n, length], latents, patients, sexes, ages, measured, weights (natural mix)."""
    with (OUT / f"{part}.pkl").open("rb") as file:
        cases = pickle.load(file)
    cases["ecg"] = np.load(OUT / f"{part}-ecg.npy", mmap_mode="r")
    return cases


def build(part: str, n: int, splits: dict, marks: dict) -> None:
    backgrounds, started = splits[part], time.time()
    training = part == "train"
    ecg, latents, which = sample(
        SEEDS[part], n, backgrounds, marks, workers=2, mix="balanced", training=training,
        length=TRAIN_LENGTH if training else 5000,
        report=lambda line: print(f"{part}: {line}, {time.time() - started:.0f} s", flush=True))
    chosen = [backgrounds[w] for w in which]
    np.save(OUT / f"{part}-ecg.npy", ecg)
    with (OUT / f"{part}.pkl").open("wb") as file:
        pickle.dump({
            "latents": latents,
            "measured": np.array([l.measured for l in latents]),
            "weights": natural_weights(latents),
            "patients": np.array([b.patient for b in chosen]),
            "keys": np.array([b.key for b in chosen]),
            "sex": np.array([b.sex for b in chosen]),
            "age": np.array([b.age for b in chosen]),
        }, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=int, default=100_000)
    arguments = parser.parse_args()
    parts, all_marks = marked_splits()
    for name, sources in describe_splits(parts).items():
        print(name, sources)
    for name in ("validation", "test"):
        build(name, DRAWS[name] * len(parts[name]), parts, all_marks)
    build("train", arguments.train, parts, all_marks)
