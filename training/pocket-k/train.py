"""Train Pocket-K from scratch on the cached cases, then fit its head to the natural mix and its temperature.

Usage: python training/pocket-k/train.py [--minutes 22] [--threads 1] [--seed 1001]
Stage 1: balanced potassium, Gaussian likelihood of the measured value + .5 x binary losses at 5.5 and 6.0 + an
auxiliary regression of the wave changes that potassium made (latent truth of the simulator; its layer is thrown away).
Stage 2: head alone, training embeddings, weights of the natural mix (2 % above 5.5), stopped on validation people.
Stage 3: one temperature on sigma, fitted on validation people at the natural mix; lives in the graph.
Deviations from the specification: no encoder start, one member, AdamW 2e-3 one-cycle for all layers, time-limited.
"""

import argparse
import json
import sys
import time

import numpy as np
import torch
from torch import nn

from cases import OUT, POSITIVE, load_cases
from metrics import auroc
from network import PocketK

BATCH = 64
HEAD_CASES = 40_000  # of the training cases, for stage 2
PEAK_LEARNING_RATE = 2e-3
CLIPPED_MEASURED = (2.8, 8.7)  # mmol/L; beyond, the likelihood only pulls at the range of the mean

# factor or addition, its value without effect, scale
WAVE_CHANGES = (("t_gain", 1.0, 5.0), ("t_width", 1.0, 5.0), ("p_gain", 1.0, 2.0), ("pr_add_ms", 0.0, 0.03),
                ("qrs_width", 1.0, 5.0), ("u_wave_mv", 0.0, 15.0))


def loss_of(mean, sigma, probability, measured, weight):
    """Weighted Gaussian likelihood + .5 x cross-entropy at 5.5 and 6.0 (+ .25 at 3.5). measured (B,) mmol/L."""
    target = measured.clamp(*CLIPPED_MEASURED)
    z = (target - mean[:, 0]) / sigma[:, 0]
    total = 0.5 * z**2 + torch.log(sigma[:, 0])
    p = probability.clamp(1e-5, 1 - 1e-5)
    for column, positive, share in ((0, measured > 5.5, 0.5), (1, measured >= 6.0, 0.5), (3, measured < 3.5, 0.25)):
        total = total + share * nn.functional.binary_cross_entropy(p[:, column], positive.float(), reduction="none")
    return (weight * total).sum() / weight.sum()


def wave_change_targets(latents: list) -> torch.Tensor:
    """[n, 6]: what potassium alone did to the waves, brought to similar size; 0 = nothing."""
    rows = [[(l.potassium_effect[name] - rest) * scale for name, rest, scale in WAVE_CHANGES] for l in latents]
    return torch.tensor(rows, dtype=torch.float32)


def batches(cases, order, rng, augment):
    """Yield (ecg float32 [B,1,5000] mV, index)."""
    for start in range(0, len(order), BATCH):
        index = np.sort(order[start : start + BATCH])
        rows = cases["ecg"][index]
        if augment:
            shift = rng.integers(0, rows.shape[1] - 5000 + 1, len(index))
            rows = np.stack([row[s : s + 5000] for row, s in zip(rows, shift)]).astype(np.float32)
            rows *= rng.uniform(0.9, 1.1, (len(index), 1)).astype(np.float32)
        yield torch.from_numpy(rows[:, :5000].astype(np.float32) / 1000).unsqueeze(1), index


@torch.no_grad()
def predict(model, cases, part=None) -> dict:
    """mean, sigma, probability [n, 4], embedding [n, 128] as arrays; dropout off, serving-time preprocessing shape."""
    model.eval()
    order = np.arange(len(cases["measured"])) if part is None else part
    parts = [model(x) for x, _ in batches(cases, order, None, False)]
    mean, log_sigma, probability, embedding = [torch.cat(p).numpy() for p in zip(*parts)]
    return {"mean": mean[:, 0], "sigma": np.exp(log_sigma[:, 0]), "probability": probability, "embedding": embedding}


def validation_line(model, cases) -> str:
    out = predict(model, cases)
    values = [auroc(out["probability"][:, c].astype(float), POSITIVE[l](cases["measured"]), cases["weights"])
              for l, c in (("k-gt-5.5", 0), ("k-ge-6.0", 1), ("k-lt-3.5", 3))]
    return "validation AUROC >5.5 %.3f  >=6.0 %.3f  <3.5 %.3f" % tuple(values)


def train_network(model, cases, validation, minutes, seed) -> int:
    """Stage 1. The one-cycle follows the clock, so that any machine ends in time. Returns the samples seen."""
    rng = np.random.default_rng(seed)
    auxiliary, wave_changes = nn.Linear(128, len(WAVE_CHANGES)), wave_change_targets(cases["latents"])
    parameters = [*model.parameters(), *auxiliary.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=PEAK_LEARNING_RATE, weight_decay=0.02)
    measured = torch.tensor(cases["measured"], dtype=torch.float32)
    started, seen, epoch, averaged, said = time.time(), 0, 0, 0.0, 0.0
    done = False
    while not done:
        epoch += 1
        for x, index in batches(cases, rng.permutation(len(cases["measured"])), rng, True):
            progress = (time.time() - started) / (60 * minutes)
            if progress >= 1:
                done = True
                break
            rate = min(progress / 0.08, 1.0) * 0.5 * (1 + np.cos(np.pi * max(progress - 0.08, 0) / 0.92))
            for group in optimiser.param_groups:
                group["lr"] = PEAK_LEARNING_RATE * max(rate, 1e-3)
            model.train()
            mean, log_sigma, probability, embedding = model(x)
            loss = loss_of(mean, log_sigma.exp(), probability, measured[index], torch.ones(len(index)))
            loss = loss + 2.0 * nn.functional.smooth_l1_loss(auxiliary(embedding), wave_changes[index])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 2.0)
            optimiser.step()
            seen += len(index)
            averaged = 0.99 * averaged + 0.01 * loss.item() if averaged else loss.item()
            if time.time() - said > 15:
                said = time.time()
                print(f"{100 * progress:5.1f} %  epoch {epoch}  {seen} cases  loss {averaged:.4f}", flush=True)
        print(f"epoch {epoch}  {validation_line(model, validation)}  {(time.time() - started) / 60:.1f} min", flush=True)
    return seen


def head_loss(model, embedding, measured, weight):
    mean, sigma = model.distribution(embedding)
    return loss_of(mean, sigma, model.probabilities(mean, sigma), measured, weight)


def fit_head(model, train_cases, validation, seed) -> dict:
    """Stage 2: the head alone at the natural mix; the best of 40 passes on validation people is kept."""
    torch.manual_seed(seed)
    tensors = []
    for cases, part in ((train_cases, np.arange(HEAD_CASES)), (validation, np.arange(len(validation["measured"])))):
        tensors.append((torch.from_numpy(predict(model, cases, part)["embedding"]),
                        torch.tensor(cases["measured"][part], dtype=torch.float32),
                        torch.tensor(cases["weights"][part], dtype=torch.float32)))
    (e, k, w), held = tensors
    optimiser = torch.optim.AdamW(model.head.parameters(), lr=5e-4, weight_decay=0.05)
    best = {"loss": float(head_loss(model, *held)), "pass": 0, "state": None}
    before = best["loss"]
    for turn in range(1, 41):
        for index in torch.randperm(len(e)).split(2048):
            loss = head_loss(model, nn.functional.dropout(e[index], 0.2), k[index], w[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            value = float(head_loss(model, *held))
        if value < best["loss"]:
            best = {"loss": value, "pass": turn, "state": {n: t.clone() for n, t in model.head.state_dict().items()}}
    if best["state"]:
        model.head.load_state_dict(best["state"])
    print(f"head at natural mix: validation loss {before:.4f} -> {best['loss']:.4f} (pass {best['pass']})", flush=True)
    return {"passes": best["pass"], "validationLossBefore": before, "validationLossAfter": best["loss"]}


def fit_temperature(model, validation) -> float:
    """Stage 3: factor on sigma with the least weighted cross-entropy at 5.5, 6.0, 3.5 plus likelihood."""
    out = predict(model, validation)
    mean, sigma = (torch.from_numpy(out[n]).unsqueeze(1) for n in ("mean", "sigma"))
    k = torch.tensor(validation["measured"], dtype=torch.float32)
    w = torch.tensor(validation["weights"], dtype=torch.float32)
    grid = np.exp(np.linspace(np.log(0.6), np.log(1.8), 121))
    losses = [float(loss_of(mean, sigma * t, model.probabilities(mean, sigma * t), k, w)) for t in map(float, grid)]
    return float(grid[int(np.argmin(losses))])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=22)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1001)
    parser.add_argument("--name", default="pocket-k")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    train_cases, held_cases = load_cases("train"), load_cases("validation")
    network = PocketK()
    began = time.time()
    samples = train_network(network, train_cases, held_cases, arguments.minutes, arguments.seed)
    torch.save(network.state_dict(), OUT / f"{arguments.name}-stage1.pt")
    head = fit_head(network, train_cases, held_cases, arguments.seed)
    network.temperature.fill_(fit_temperature(network, held_cases))
    print("after calibration:", validation_line(network, held_cases), "temperature", float(network.temperature))
    torch.save(network.state_dict(), OUT / f"{arguments.name}.pt")
    (OUT / f"{arguments.name}.json").write_text(json.dumps({
        "seed": arguments.seed, "casesSeen": samples, "minutes": (time.time() - began) / 60, "head": head,
        "temperature": float(network.temperature), "command": " ".join(["python training/pocket-k/train.py", *sys.argv[1:]]),
        "parameters": sum(p.numel() for p in network.parameters())}, indent=2))
