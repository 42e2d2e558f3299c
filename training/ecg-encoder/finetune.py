"""Would fine-tuning the trunk on the real labels help? Usage: python training/ecg-encoder/finetune.py [--folds 1 2 ...]   out/finetune.npz

For every fold: start from the pre-trained encoder with the statements layer fitted on the other folds, then train all of it on
batches of 32 real tracings (lead dropout, shift, gain, mixed in pairs) and 32 simulated ones; running means of batch
normalisation stay. A fixed number of steps, no choice by the fold. The comparison is with the encoder as it was
pre-trained and the same statements layer.
"""

import argparse
import time

import numpy as np
import torch
from torch import nn

from batches import draw_masks, shifted, to_twelve
from crossfit import FOLDS, Reader, bundle, embed, load_encoder
from network import SUPERCLASSES
from pretrain import masked_bce
from real import load
from shared import OUT
from simulate_cases import SCALE

HALF, STEPS, PEAK, PENALTY, SIMULATED_WEIGHT = 32, 160, 3e-4, 0.3, 0.5


def start(name, data, rows):
    """The encoder with the statements layer of readers fitted on `rows`."""
    model = load_encoder(name)
    own_w, own_b = model.statements.weight.detach().numpy().astype(float), model.statements.bias.detach().numpy().astype(float)
    fitted = [Reader(data, k, rows, PENALTY, with_age_sex=False).term.collapsed(own_w[k], own_b[k]) for k in range(len(SUPERCLASSES))]
    with torch.no_grad():
        model.statements.weight.copy_(torch.tensor(np.array([w for w, _ in fitted])))
        model.statements.bias.copy_(torch.tensor([b for _, b in fitted]))
    return model


def mixed(x, y, rng):
    """Pairs of tracings in random shares, labels in the same shares; unknown where one is unknown."""
    share = torch.tensor(np.maximum(b := rng.beta(0.3, 0.3, len(x)), 1 - b), dtype=torch.float32)
    other = torch.from_numpy(rng.permutation(len(x)))
    return share[:, None, None] * x + (1 - share[:, None, None]) * x[other], share[:, None] * y + (1 - share[:, None]) * y[other]


def tune(model, records, rows, simulated, truth, seed):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    optimiser = torch.optim.AdamW([{"params": [*model.stem.parameters(), *model.lead1_stem.parameters()], "share": 0.2}, {"params": [*model.stages.parameters(), *model.embed.parameters()], "share": 1.0},
                                   {"params": model.statements.parameters(), "share": 1.0}], lr=PEAK, weight_decay=0.05)
    labels, rows = torch.tensor(records.labels, dtype=torch.float32), np.flatnonzero(rows)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = PEAK * group["share"] * min(step / 16, 1) * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        index, other = rng.choice(rows, HALF, replace=False), np.sort(rng.choice(len(simulated), HALF, replace=False))
        real = torch.from_numpy(shifted(records.prepared[index] * rng.uniform(0.85, 1.15, (HALF, 1, 1)).astype(np.float32), rng))
        real, target = mixed(real, labels[index], rng)
        x = to_twelve(torch.cat([real, torch.from_numpy(simulated[other].astype(np.float32) / SCALE)]))
        mask = draw_masks(rng, 2 * HALF, lead1_share=0.15)
        model.eval()  # running statistics of batch normalisation stay
        e = model.encode_prepared(x * mask.unsqueeze(-1), mask[:, 1:].sum(1) < 0.5)
        logits = model.statements(nn.functional.dropout(e, 0.2))
        loss = masked_bce(logits[:HALF], target) + SIMULATED_WEIGHT * masked_bce(logits[HALF:], truth[other])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
    return model.eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="encoder-pretrained")
    parser.add_argument("--folds", type=int, nargs="*", default=list(FOLDS))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    records, began = load(), time.time()
    kept = np.load(OUT / "crossfit.npz")
    data = bundle(records, kept["embedding"], kept["own"])
    simulated, truth = np.load(OUT / "sim-train.npy", mmap_mode="r"), torch.from_numpy(np.load(OUT / "sim-train.npz")["binary"][:, : len(SUPERCLASSES)])
    out, before = np.full(records.labels.shape, np.nan), np.full(records.labels.shape, np.nan)
    for f in arguments.folds:
        held = records.fold == f
        model = start(arguments.name, data, ~held)
        before[held] = embed(model, records.prepared[held])[1]
        out[held] = embed(tune(model, records, ~held, simulated, truth, 1000 + f), records.prepared[held])[1]
        print("fold", f, f"{time.time() - began:.0f} s", flush=True)
    np.savez(OUT / "finetune.npz", key=np.array(records.key), logit=out, before=before, minutes=(time.time() - began) / 60)
