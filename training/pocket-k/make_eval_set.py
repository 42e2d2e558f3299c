"""Write an evaluation folder: WFDB records (format 16) of simulated potassium on real own-test Lead I + manifest.csv.

Usage: python training/pocket-k/make_eval_set.py OUT_DIR [--draws 50] [--mix natural] [--seed 3003] [--max N]
manifest.csv: record,patient,k_mmol_l,age,sex - one line a record; age may be empty; sex is male, female or empty.
Records: one signal I, 500 Hz, 5000 samples, 1000 adu/mV. The natural mix holds 2 % above 5.5 mmol/L.
OUT_DIR must lie outside the repository or below training/**/out/ (git-ignored). 50 draws: about 1 minute, 50 MB.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from cases import HERE, marked_splits
from simulators.generator import sample


def write_record(folder: Path, name: str, microvolt: np.ndarray) -> None:
    """Format 16 .dat with its header; 1 adu = 1 uV; checksum = signed 16-bit sum."""
    data = microvolt.astype("<i2")
    checksum = (int(data.sum(dtype=np.int64)) + 32768) % 65536 - 32768
    (folder / f"{name}.dat").write_bytes(data.tobytes())
    (folder / f"{name}.hea").write_text(
        f"{name} 1 500 {len(data)}\n{name}.dat 16 1000.0(0)/mV 16 0 {data[0]} {checksum} 0 I\n"
        "# potassium simulated on a real tracing; not a real ECG-potassium pair\n")


def refuse_repository(folder: Path) -> None:
    repository, target = HERE.parents[1], folder.resolve()
    if target.is_relative_to(repository) and "out" not in target.relative_to(repository).parts:
        raise SystemExit("OUT_DIR must lie outside the repository or below training/**/out/")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=50, help="cases per background")
    parser.add_argument("--mix", choices=("natural", "balanced"), default="natural")
    parser.add_argument("--seed", type=int, default=3003)
    parser.add_argument("--max", type=int, default=None, help="stop after this many records")
    arguments = parser.parse_args()
    refuse_repository(arguments.folder)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    splits, marks = marked_splits()
    n = arguments.draws * len(splits["test"])
    n = min(n, arguments.max or n)
    ecg, latents, which = sample(arguments.seed, n, splits["test"], marks, mix=arguments.mix,
                                 report=lambda line: print(line, flush=True))
    with (arguments.folder / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["record", "patient", "k_mmol_l", "age", "sex"])
        for i, (row, latent, w) in enumerate(zip(ecg, latents, which)):
            background, name = splits["test"][w], f"sim{i:06d}"
            write_record(arguments.folder, name, row)
            age = "" if np.isnan(background.age) else int(background.age)
            table.writerow([name, background.patient, f"{latent.measured:.2f}", age, background.sex])
    above = np.mean([l.measured > 5.5 for l in latents])
    print(f"{n} records, {len({splits['test'][w].patient for w in which})} patients, {above:.2%} above 5.5 mmol/L")
