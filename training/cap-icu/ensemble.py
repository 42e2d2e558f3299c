"""The models that are averaged: monotone boosted oblivious trees over several seeds, and small networks."""

import numpy as np
from catboost import CatBoostClassifier

from graph import Network, Trees, trees_of

#: Signs that medicine is sure of; all else is free.
MONOTONE = {"age": 1, "gcs": -1, "lactate": 1, "bun": 1, "creatinine": 1, "crea": 1, "scoma": 1, "num.co": 1, "adls": 1,
            "ca=metastatic": 1, "sofa": 1, "bili": 1}
#: Of a change from first to last, and of a spread, the sign is not the variable's own.
NOT_MONOTONE = {"change", "sd"}
THREADS = 1


def constraints(names: list[str]) -> list[int]:
    return [0 if n.rpartition(".")[2] in NOT_MONOTONE else MONOTONE.get(n, MONOTONE.get(n.split(".")[0], 0)) for n in names]


def fit_trees(x: np.ndarray, y: np.ndarray, names: list[str], seeds: range, **options) -> Trees:
    models = []
    for seed in seeds:
        model = CatBoostClassifier(verbose=0, thread_count=THREADS, random_seed=1001 + seed, allow_writing_files=False, nan_mode="Min",
                                   bootstrap_type="Bernoulli", monotone_constraints=constraints(names), **options)
        models.append(model.fit(x, y))
    return trees_of(models)


def robust_scale(x: np.ndarray, limit: float = 4.0) -> Network:
    """Centre and spread of a network's inputs; skewed non-negative features by their logarithm."""
    low, high = np.nanmin(x, 0), np.nanmax(x, 0)
    with np.errstate(invalid="ignore"):
        q = np.nanquantile(x, [0.05, 0.5, 0.95], axis=0)
        log = (low >= 0) & (high > 4) & ((q[2] - q[1]) > 2.5 * (q[1] - q[0]))
        z = np.where(log, np.log1p(np.maximum(x, 0)), x)
    centre, scale = np.nanmean(z, 0), np.nanstd(z, 0)
    missing = np.isnan(x).mean(0)
    return Network(centre.astype(np.float32), np.where(scale > 1e-6, scale, 1).astype(np.float32), limit,
                   flagged=np.flatnonzero((missing > 0.02) & (missing < 0.98)), log=log)


def fit_networks(x: np.ndarray, y: np.ndarray, seeds: range, hidden=(48,), epochs=30, dropout=0.5, decay=1e-2, rate=2e-3, input_dropout=0.2) -> Network:
    import torch

    torch.set_num_threads(THREADS)
    net = robust_scale(x)
    z, target = torch.tensor(net.prepare(x)), torch.tensor(y, dtype=torch.float32)
    for seed in seeds:
        torch.manual_seed(1001 + seed)
        sizes, layers = [z.shape[1], *hidden], [torch.nn.Dropout(input_dropout)]
        for a, b in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(a, b), torch.nn.ReLU(), torch.nn.Dropout(dropout)]
        model = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 1))
        optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate * 2, total_steps=epochs * (len(z) // 128 + 1))
        model.train()
        for _ in range(epochs):
            order = torch.randperm(len(z))
            for i in range(0, len(z), 128):
                rows = order[i: i + 128]
                loss = torch.nn.functional.binary_cross_entropy_with_logits(model(z[rows])[:, 0], target[rows])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
        linear = [m for m in model if isinstance(m, torch.nn.Linear)]
        net.members.append([(m.weight.detach().numpy().T.copy(), m.bias.detach().numpy().copy()) for m in linear])
    return net
