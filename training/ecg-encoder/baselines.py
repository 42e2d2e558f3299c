"""What the encoder must beat on the real labels, cross-fitted over the same folds.

Usage: python training/ecg-encoder/baselines.py ecgomics | net1d | scratch      out/baseline-<name>.npz
ecgomics: ridge logistic on ECGomics features (out/ecgomics-features.csv, see README), age and sex; penalty by inner
  cross-validation. net1d: a small network of the Net1D family (training/net1d) from scratch on the same records. scratch: our own
  network from scratch. Both networks: same records (PTB-XL without the fold, LUDB where labelled), lead dropout, shift and gain,
  a fixed number of passes, no choice by a held-out fold; the last layer's logits are recalibrated by nothing (AUROC only).
"""

import argparse
import csv
import time

import numpy as np
import torch
from torch import nn

from batches import shifted, to_twelve
from crossfit import FOLDS
from heads import fit_logistic
from network import SUPERCLASSES, EcgEncoder
from real import age_sex_features, load
from shared import OUT
from net1d import Net1D, Shape

SMALL_NET1D = Shape(leads=12, entry=32, widths=(32, 64, 64, 128, 128), blocks=(1, 1, 1, 2, 2), kernel=16, group_width=16, statements=5, normalised=True)
BATCH, PEAK, PASSES = 32, 2e-3, 24
META = ("dataset", "record", "patient", "fold", "delineator", "age", "sex", "norm")


def ecgomics_table(keys: list) -> np.ndarray:
    """[n, features] in the order of `keys`; NaN where a feature is absent; columns present in at least 60 % of the records."""
    rows = {}
    for row in csv.DictReader((OUT / "ecgomics-features.csv").open()):
        number = int(row["record"])
        rows[f"ptbxl-{number:05d}" if row["dataset"] == "ptbxl" else f"ludb-{number}"] = row
    names = [n for n in next(iter(rows.values())) if n not in META]
    table = np.array([[float(rows[k][n]) if rows[k][n] else np.nan for n in names] if k in rows else [np.nan] * len(names) for k in keys])
    return table[:, np.isfinite(table).mean(0) > 0.6]


def scaled(table, rows):
    """Median and robust spread of `rows`; gaps become the median."""
    middle = np.nanmedian(table[rows], 0)
    filled = np.where(np.isfinite(table), table, middle)
    spread = np.percentile(filled[rows], 84, axis=0) - np.percentile(filled[rows], 16, axis=0)
    return np.clip((filled - middle) / np.maximum(spread / 2, 1e-9), -4, 4) * (spread > 1e-9)


def ecgomics(records) -> np.ndarray:
    """Held-out logits [n, 5]."""
    table = np.c_[ecgomics_table(records.key), age_sex_features(records.age, records.male, float(np.nanmedian(records.age)))]
    ptbxl, out = records.fold > 0, np.full(records.labels.shape, np.nan)

    def logits(train, held, k, penalty):
        known = train & np.isfinite(records.labels[:, k])
        x = scaled(table, train)
        w, b = fit_logistic(x[known], records.labels[known, k], penalty)
        return x[held] @ w + b

    for f in FOLDS:
        held, train = ptbxl & (records.fold == f), ~(ptbxl & (records.fold == f))
        for k in range(5):
            losses = []
            for penalty in (0.1, 0.3, 1.0, 3.0):
                loss = []
                for g in [x for x in FOLDS if x != f][::2]:
                    inner = ptbxl & (records.fold == g)
                    z = logits(train & ~inner, inner, k, penalty)
                    loss.extend(np.logaddexp(0, z) - records.labels[inner, k] * z)
                losses.append((np.mean(loss), penalty))
            out[held, k] = logits(train, held, k, min(losses)[1])
        print("ecgomics fold", f, flush=True)
    return out


class SmallNet1D(nn.Module):
    """Net1D on leads after hb-ecg-1 (low-passed at 40 Hz) at 125 Hz."""

    def __init__(self):
        super().__init__()
        self.net = Net1D(SMALL_NET1D)

    def forward(self, x):
        return self.net(x[:, :, ::4])[1]


class FromScratch(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = EcgEncoder()

    def forward(self, x):
        return self.encoder.statements(self.encoder.drop(self.encoder.encode_prepared(x, torch.zeros(len(x), dtype=torch.bool))))


def trained(make, records, train, seed) -> nn.Module:
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), make()
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.05)
    rows = np.flatnonzero(train)
    labels = torch.tensor(records.labels, dtype=torch.float32)
    steps, done = PASSES * (len(rows) // BATCH), 0
    for _ in range(PASSES):
        order = rng.permutation(rows)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            for group in optimiser.param_groups:
                group["lr"] = PEAK * min(done / (0.1 * steps), 1) * 0.5 * (1 + np.cos(np.pi * done / steps))
            index = order[start : start + BATCH]
            x = to_twelve(torch.from_numpy(shifted(records.prepared[index] * rng.uniform(0.9, 1.1, (BATCH, 1, 1)).astype(np.float32), rng)))
            mask = (torch.from_numpy(rng.random((BATCH, 12))) > 0.1 * rng.integers(0, 2)).float()
            known = torch.isfinite(labels[index])
            model.train()
            loss = nn.functional.binary_cross_entropy_with_logits(model(x * mask.unsqueeze(-1)), labels[index].nan_to_num(), reduction="none")
            loss = (loss * known).sum() / known.sum()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            done += 1
    return model.eval()


def network(make, records) -> np.ndarray:
    ptbxl, out, began = records.fold > 0, np.full(records.labels.shape, np.nan), time.time()
    for f in FOLDS:
        held = ptbxl & (records.fold == f)
        model = trained(make, records, ~held, 1000 + f)
        with torch.no_grad():
            out[held] = model(to_twelve(torch.from_numpy(records.prepared[held]))).numpy()
        print("fold", f, f"{time.time() - began:.0f} s", flush=True)
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=("ecgomics", "net1d", "scratch"))
    which = parser.parse_args().which
    torch.set_num_threads(1)
    records, began = load(), time.time()
    logit = ecgomics(records) if which == "ecgomics" else network({"net1d": SmallNet1D, "scratch": FromScratch}[which], records)
    np.savez(OUT / f"baseline-{which}.npz", key=np.array(records.key), logit=logit, minutes=(time.time() - began) / 60, passes=0 if which == "ecgomics" else PASSES, labels=np.array(SUPERCLASSES))
    print(which, f"{(time.time() - began) / 60:.1f} min")
