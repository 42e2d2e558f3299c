"""Pre-train the encoder on simulated tracings only. Usage: python training/ecg-encoder/pretrain.py [--minutes 25] [--seed 1001]

Multi-task: find every condition of `pathology.py` again (masked cross-entropy), its sizes, and the extreme values of each
lead (smooth L1). 40 % of each batch sees Lead I alone, 15 % a subset of leads. No real record is read, so that every fold of
the cross-fitting and Pocket-K's own-test people stay unseen. The learning rate follows the clock (one cycle), so a run ends
in time on any machine. `out/encoder.pt` is written every --every minutes, `out/encoder-pretrained.pt` at the end.
"""

import argparse
import json
import sys
import time

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from batches import draw_masks, shifted, to_twelve
from network import EMBEDDING, SUPERCLASSES, EcgEncoder
from pathology import BINARY, REGRESSION
from shared import HERE, OUT
from simulate_cases import SCALE

BATCH, PEAK = 64, 2.5e-3
AMPLITUDE_WEIGHT, REGRESSION_WEIGHT = 0.5, 0.6


class Tasks(nn.Module):
    """The heads of pre-training besides the five superclasses; thrown away afterwards."""

    def __init__(self):
        super().__init__()
        self.binary = nn.Linear(EMBEDDING, len(BINARY) - len(SUPERCLASSES))
        self.regression = nn.Linear(EMBEDDING, len(REGRESSION) + 24)


def masked_bce(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    known = torch.isfinite(target)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, target.nan_to_num(), reduction="none")
    return (loss * known).sum(0).div(known.sum(0).clamp(min=1)).mean()


def loss_of(model: EcgEncoder, tasks: Tasks, x, mask, binary, regression) -> torch.Tensor:
    alone = mask[:, 1:].sum(1) < 0.5
    embedding = model.encode_prepared(x * mask.unsqueeze(-1), alone)
    dropped = nn.functional.dropout(embedding, 0.1, model.training)
    logits = torch.cat([model.statements(dropped), tasks.binary(dropped)], 1)
    error = nn.functional.smooth_l1_loss(tasks.regression(dropped), regression, reduction="none", beta=0.5)
    error[:, len(REGRESSION):] *= AMPLITUDE_WEIGHT
    return 5 * masked_bce(logits, binary) + REGRESSION_WEIGHT * error.mean() * 5


@torch.no_grad()
def validate(model, tasks, ecg, binary, alone: bool) -> dict:
    model.eval()
    logits = []
    for start in range(0, len(ecg), 128):
        x = to_twelve(torch.from_numpy(ecg[start : start + 128].astype(np.float32) / SCALE))
        mask = torch.ones(len(x), 12)
        if alone:
            mask[:, 1:] = 0
        e = model.encode_prepared(x * mask.unsqueeze(-1), mask[:, 1:].sum(1) < 0.5)
        logits.append(torch.cat([model.statements(e), tasks.binary(e)], 1).numpy())
    logits = np.concatenate(logits)
    out = {}
    for i, name in enumerate(BINARY):
        known = np.isfinite(binary[:, i])
        if 5 <= binary[known, i].sum() < known.sum():
            out[name] = float(roc_auc_score(binary[known, i], logits[known, i]))
    return out


def save(model, name: str, about: dict) -> None:
    torch.save(model.state_dict(), OUT / f"{name}.pt")
    (OUT / f"{name}.json").write_text(json.dumps(about, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--every", type=float, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1001)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    ecg, held = np.load(OUT / "sim-train.npy"), np.load(OUT / "sim-validation.npy")
    truth, held_truth = np.load(OUT / "sim-train.npz"), np.load(OUT / "sim-validation.npz")
    binary, regression = torch.from_numpy(truth["binary"]), torch.from_numpy(truth["regression"])
    model, tasks = EcgEncoder(), Tasks()
    parameters = [*model.parameters(), *tasks.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=PEAK, weight_decay=0.02)
    began, curve, seen, averaged, saved, order, at = time.time(), [], 0, None, 0.0, rng.permutation(len(ecg)), 0

    def report(progress):
        both = {kind: validate(model, tasks, held, held_truth["binary"], kind == "lead1") for kind in ("twelve", "lead1")}
        row = {"minutes": (time.time() - began) / 60, "seen": seen, "loss": averaged,
               **{kind: {"superclasses": float(np.mean([v[s] for s in SUPERCLASSES])), "all": float(np.mean(list(v.values()))), "each": v} for kind, v in both.items()}}
        curve.append(row)
        print(f"{row['minutes']:5.1f} min {seen:7d} cases loss {averaged:.3f} AUROC superclasses {row['twelve']['superclasses']:.3f} all {row['twelve']['all']:.3f}, Lead I {row['lead1']['superclasses']:.3f} {row['lead1']['all']:.3f}", flush=True)
        return {"curve": curve, "progress": progress, "seed": arguments.seed, "simulatedCases": len(ecg), "casesSeen": seen, "real records": 0,
                "command": " ".join(["python training/ecg-encoder/pretrain.py", *sys.argv[1:]]),
                "keys": "lead1_stem.*, stem.*, stages.*, embed.* (trunk as training/pocket-k/network.py), statements.*, preprocessing.*"}

    progress = 0.0
    while progress < 1:
        progress = min((time.time() - began) / (60 * arguments.minutes), 1.0)
        rate = min(progress / 0.06, 1.0) * 0.5 * (1 + np.cos(np.pi * max(progress - 0.06, 0) / 0.94))
        for group in optimiser.param_groups:
            group["lr"] = PEAK * max(rate, 2e-3)
        if at + BATCH > len(order):
            order, at = rng.permutation(len(ecg)), 0
        index = np.sort(order[at : at + BATCH])
        at += BATCH
        rows = shifted(ecg[index].astype(np.float32) / SCALE * rng.uniform(0.9, 1.1, (BATCH, 1, 1)).astype(np.float32), rng)
        model.train()
        loss = loss_of(model, tasks, to_twelve(torch.from_numpy(rows)), draw_masks(rng, BATCH), binary[index], regression[index])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 3.0)
        optimiser.step()
        seen += BATCH
        averaged = loss.item() if averaged is None else 0.99 * averaged + 0.01 * loss.item()
        if (time.time() - began) / 60 - saved > arguments.every / (4 if saved == 0 else 1):
            saved = (time.time() - began) / 60
            save(model, "encoder", report(progress))
    about = report(1.0)
    save(model, "encoder", about)
    save(model, "encoder-pretrained", about)
    (HERE / "out" / "pretrain.json").write_text(json.dumps(about, indent=1))
