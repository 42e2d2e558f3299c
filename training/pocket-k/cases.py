"""The simulated cases of Pocket-K: training, validation and own test, cached in out/ (git-ignored).

Usage: python training/pocket-k/cases.py [--train 96000]     about 5 minutes on 2 cores
Every case is a pair: the tracing in question and the same person's reference tracing (another day, potassium 3.5-5.0
mmol/L). Which cases may use the reference is fixed here for validation and test (`referenced`, a half of them);
training draws it anew in each pass. `strips-*`: 30 s tracings of validation and test people.
"""

import argparse
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from hb_ecg_1 import HbEcg1  # noqa: E402
from simulators.backgrounds import describe_splits, load_splits  # noqa: E402
from simulators.delineate import delineate_all  # noqa: E402
from simulators.generator import sample_pairs  # noqa: E402
from simulators.potassium import balanced_density, natural_density  # noqa: E402

OUT = HERE / "out"
SEEDS = {"train": 1001, "validation": 2002, "test": 3003}
DRAWS = {"validation": 120, "test": 150, "strips-validation": 20, "strips-test": 20}  # cases per background
STRIP_LENGTH = 15000  # samples, 30 s
STRIP_SEED_STEP = 10  # strips have their own streams
REFERENCE_SHARE = 0.5
PREPROCESSED_SCALE = 3000  # int16 steps per unit after hb-ecg-1, whose range is +/-10
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
    """ecg, reference int16 uV [n, length], referenced [n], latents, patients, sexes, ages, measured, weights (natural mix);
    of training also ecg and reference after hb-ecg-1 (`*-preprocessed`, int16, PREPROCESSED_SCALE)."""
    with (OUT / f"{part}.pkl").open("rb") as file:
        cases = pickle.load(file)
    for name in ("ecg", "reference") if part != "train" else ("ecg", "reference", "ecg-preprocessed", "reference-preprocessed"):
        cases[name] = np.load(OUT / f"{part}-{name}.npy", mmap_mode="r")
    return cases


def preprocessed(ecg: np.ndarray) -> np.ndarray:
    """int16 uV [n, 5000] -> int16 [n, 5000] after hb-ecg-1, so that training does not filter each case again."""
    filter_, out = HbEcg1(), np.empty(ecg.shape, np.int16)
    with torch.no_grad():
        for start in range(0, len(ecg), 256):
            rows = torch.from_numpy(ecg[start : start + 256].astype(np.float32) / 1000)[:, None]
            out[start : start + 256] = torch.round(filter_(rows)[:, 0] * PREPROCESSED_SCALE).short().numpy()
    return out


def build(part: str, n: int, splits: dict, marks: dict) -> None:
    strips, people = part.startswith("strips-"), part.removeprefix("strips-")
    backgrounds, started = splits[people], time.time()
    seed = SEEDS[people] + (STRIP_SEED_STEP if strips else 0)
    ecg, reference, latents, which = sample_pairs(
        seed, n, backgrounds, marks, workers=2, mix="balanced", training=part == "train",
        length=STRIP_LENGTH if strips else 5000,
        report=lambda line: print(f"{part}: {line}, {time.time() - started:.0f} s", flush=True))
    chosen = [backgrounds[w] for w in which]
    np.save(OUT / f"{part}-ecg.npy", ecg)
    np.save(OUT / f"{part}-reference.npy", reference)
    if part == "train":
        np.save(OUT / f"{part}-ecg-preprocessed.npy", preprocessed(ecg))
        np.save(OUT / f"{part}-reference-preprocessed.npy", preprocessed(reference))
    with (OUT / f"{part}.pkl").open("wb") as file:
        pickle.dump({
            "latents": latents,
            "measured": np.array([l.measured for l in latents]),
            "weights": natural_weights(latents),
            "referenced": np.random.default_rng(seed).random(n) < REFERENCE_SHARE,
            "patients": np.array([b.patient for b in chosen]),
            "keys": np.array([b.key for b in chosen]),
            "sex": np.array([b.sex for b in chosen]),
            "age": np.array([b.age for b in chosen]),
        }, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=int, default=96_000)
    arguments = parser.parse_args()
    parts, all_marks = marked_splits()
    for name, sources in describe_splits(parts).items():
        print(name, sources)
    for name, draws in DRAWS.items():
        build(name, draws * len(parts[name.removeprefix("strips-")]), parts, all_marks)
    build("train", arguments.train, parts, all_marks)
