"""An experiment, not shipped (`continued.py` says why): go on from the encoder's pre-training with what it reads least.

Usage: OMP_NUM_THREADS=1 python training/anyecg/continue_encoder.py [--minutes 10]   writes encoder-continued.pt beside the encoder's checkpoints
Half of each batch are the cases of training/ecg-encoder/simulate_cases.py with their tasks, half are the training people (seed
1001) of AnyECG's cohort, whose intervals, beat-to-beat spread, levels and vectors are told as they were drawn. Simulation only:
no real record and no label of the cohort is read, nor any test person of it.
"""

import argparse
import sys
import time

import numpy as np
import torch
from torch import nn

from cases import HERE as ANYECG
from cases import OUT as COHORT

sys.path.append(str(ANYECG.parent / "ecg-encoder"))

from batches import draw_masks, shifted, to_twelve  # noqa: E402
from crossfit import load_encoder  # noqa: E402
from network import EMBEDDING  # noqa: E402
from pretrain import Tasks, loss_of, save  # noqa: E402
from real import HbEcg1  # noqa: E402
from shared import OUT  # noqa: E402
from simulate_cases import SCALE  # noqa: E402

HALF, PEAK, WARM = 32, 1.6e-3, 0.08
# Told twice as loudly: RR and its spread, PR, P, QT and QTc, T and ST (columns of `Drawn.truth`).
LOUD = (0, 1, 2, 3, *range(10, 17), 36, 37, *range(38, 47))
PREPROCESSING = HbEcg1()


def prepared(stored: np.ndarray) -> torch.Tensor:
    with torch.no_grad():
        x = torch.from_numpy(stored.astype(np.float32) / 1000)
        return PREPROCESSING(x.reshape(-1, 1, x.shape[-1])).reshape(x.shape)


def people(part: str, n: int | None = None):
    ecg = np.load(COHORT / f"{part}.npy", mmap_mode="r")[:n]
    with np.load(COHORT / f"{part}.npz") as z:
        return ecg, z["visible"][:n].astype(np.float32)


@torch.no_grad()
def explained(model, told, held, truth) -> list:
    """Share of the variance of each drawn quantity that a linear layer on the embedding explains."""
    model.eval()
    parts = []
    for k in range(0, len(held), 64):
        x = to_twelve(prepared(held[k : k + 64]))
        parts.append(told(model.encode_prepared(x, torch.zeros(len(x), dtype=torch.bool))).numpy())
    error = ((np.concatenate(parts) - truth) ** 2).mean(0)
    return [float(v) for v in 1 - error / truth.var(0)]


class Turns:
    """Rows of a set in turn, each once a pass."""

    def __init__(self, n: int, rng):
        self.n, self.rng, self.left = n, rng, []

    def next(self) -> np.ndarray:
        if len(self.left) < HALF:
            self.left = self.rng.permutation(self.n).tolist()
        out, self.left = self.left[:HALF], self.left[HALF:]
        return np.sort(out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--name", default="encoder-pretrained")
    parser.add_argument("--seed", type=int, default=1001)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    ecg, cases = np.load(OUT / "sim-train.npy", mmap_mode="r"), np.load(OUT / "sim-train.npz")
    binary, regression = torch.from_numpy(cases["binary"]), torch.from_numpy(cases["regression"])
    cohort, visible = people("train")
    mean, scale = visible.mean(0), visible.std(0) + 1e-6
    truth = torch.from_numpy(((visible - mean) / scale).clip(-4, 4))
    held, held_truth = people("validation", 1024)
    held_truth = ((held_truth - mean) / scale).clip(-4, 4)
    model, tasks, told = load_encoder(options.name), Tasks(), nn.Linear(EMBEDDING, visible.shape[1])
    loud = torch.ones(visible.shape[1])
    loud[list(LOUD)] = 2
    parameters = [*model.parameters(), *tasks.parameters(), *told.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=PEAK, weight_decay=0.02)
    turns = Turns(len(ecg), rng), Turns(len(cohort), rng)
    began, seen, progress = time.time(), 0, 0.0
    while progress < 1:
        progress = min((time.time() - began) / (60 * options.minutes), 1.0)
        rate = min(progress / WARM, 1.0) * 0.5 * (1 + np.cos(np.pi * max(progress - WARM, 0) / (1 - WARM)))
        for group in optimiser.param_groups:
            group["lr"] = PEAK * max(rate, 2e-3)
        model.train()
        i, j = (t.next() for t in turns)
        rows = shifted(ecg[i].astype(np.float32) / SCALE * rng.uniform(0.9, 1.1, (HALF, 1, 1)).astype(np.float32), rng)
        loss = loss_of(model, tasks, to_twelve(torch.from_numpy(rows)), draw_masks(rng, HALF), binary[i], regression[i])
        own, mask = to_twelve(torch.from_numpy(shifted(prepared(cohort[j]).numpy(), rng))), draw_masks(rng, HALF, lead1_share=0.1)
        embedding = model.encode_prepared(own * mask.unsqueeze(-1), mask[:, 1:].sum(1) < 0.5)
        error = nn.functional.smooth_l1_loss(told(nn.functional.dropout(embedding, 0.05)), truth[j], reduction="none", beta=0.5)
        loss = loss + 6 * (error * loud).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 3.0)
        optimiser.step()
        seen += 2 * HALF
    share = explained(model, told, held, held_truth)
    save(model, "encoder-continued", {"seed": options.seed, "casesSeen": seen, "explained": share, "real records": 0})
    print(seen, "cases; explained", np.round(share, 2).tolist(), "median", round(float(np.median(share)), 3))
