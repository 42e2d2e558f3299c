"""The ceiling of the cohort: a reader who is told the waves as they were drawn and who knows the law of the simulator.

Two steps, both learnt from people of an own seed without any tracing (`sample(..., waves_only=True)`): the expected
latents given age, sex and the exact times and vectors of the waves (a small network), and each label given those (logistic,
with squares). No noise, no device and no rendering stand between this reader and the truth, so a reader of the tracing
can at best come near. What the waves do not show (the diagnoses drawn by chance, what was coded) stays unknown to it.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from .cohort import Cohort

KNOTS = (30.0, 40.0, 50.0, 60.0, 70.0, 80.0)  # years


def age_sex(age: np.ndarray, female: np.ndarray) -> np.ndarray:
    """[n x 16]: age and its bends at KNOTS, the same for women, and sex; the age-sex term of a label is linear in these."""
    a = np.asarray(age, np.float64)
    basis = np.stack([(a - 55) / 10, *(np.maximum(a - k, 0) / 10 for k in KNOTS)], 1)
    f = np.asarray(female, np.float64)[:, None]
    return np.concatenate([basis, basis * f, f, f * 0 + 1], 1).astype(np.float32)


def fit_logits(x: np.ndarray, y: np.ndarray, *, weight=None, l2=1e-4, offset=None) -> np.ndarray:
    """Ridge logistic of every column of y [n x L] at once on x [n x d] (last column 1, not shrunk). `weight` [n x L], 0 = unknown."""
    x, y = torch.as_tensor(x, dtype=torch.float64), torch.as_tensor(y, dtype=torch.float64)
    weight = torch.ones_like(y) if weight is None else torch.as_tensor(weight, dtype=torch.float64)
    offset = torch.zeros_like(y) if offset is None else torch.as_tensor(offset, dtype=torch.float64)
    total = weight.sum(0).clamp(min=1)
    w = torch.zeros(x.shape[1], y.shape[1], dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        share = ((weight * y).sum(0) + 0.5) / (total + 1)
        w[-1] = torch.logit(share.clamp(1e-4, 1 - 1e-4))
    optimiser = torch.optim.LBFGS([w], max_iter=150, history_size=20, line_search_fn="strong_wolfe", tolerance_grad=1e-8)

    def loss():
        optimiser.zero_grad()
        z = x @ w + offset
        value = ((nn.functional.softplus(z) - y * z) * weight).sum(0).div(total).sum() + l2 * (w[:-1] ** 2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return w.detach().numpy()


def yearly(people, columns=slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """Per condition over people and years, summed: (at risk [n x L], had [n x L]) so that a pooled yearly rate can be fitted."""
    return people.seen[:, columns].astype(np.float64), (people.event[:, columns] >= 0).astype(np.float64)


def fit_hazard(x: np.ndarray, at_risk: np.ndarray, had: np.ndarray, *, l2=1e-4) -> np.ndarray:
    """Pooled yearly logistic: log likelihood had z - at_risk softplus(z), for every column at once."""
    share = had / np.maximum(at_risk, 1)
    return fit_logits(x, share, weight=at_risk, l2=l2)


@dataclass
class Reader:
    """`logits(cohort)`: score of today's code and of the yearly hazard, each [n x 96]."""

    network: nn.Module
    mean: np.ndarray
    scale: np.ndarray
    current: np.ndarray
    future: np.ndarray

    def features(self, cohort: Cohort) -> np.ndarray:
        return reader_features(self.network, self.mean, self.scale, cohort)

    def logits(self, cohort: Cohort) -> tuple[np.ndarray, np.ndarray]:
        x = self.features(cohort)
        return x @ self.current, x @ self.future


def inputs(cohort: Cohort) -> np.ndarray:
    p = cohort.people
    return np.concatenate([cohort.visible, ((p.age - 55) / 17)[:, None], p.female[:, None]], 1).astype(np.float32)


def reader_features(network, mean, scale, cohort: Cohort) -> np.ndarray:
    with torch.no_grad():
        z = network(torch.from_numpy(((inputs(cohort) - mean) / scale).clip(-8, 8))).numpy()
    return np.concatenate([z, z * z, age_sex(cohort.people.age, cohort.people.female)], 1).astype(np.float64)


def fit_reader(cohort: Cohort, *, epochs: int = 30, seed: int = 1001) -> Reader:
    torch.manual_seed(seed)
    x = inputs(cohort)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    x = torch.from_numpy(((x - mean) / scale).clip(-8, 8))
    y = torch.from_numpy(cohort.people.latents.astype(np.float32))
    network = nn.Sequential(nn.Linear(x.shape[1], 128), nn.GELU(), nn.Linear(128, 128), nn.GELU(), nn.Linear(128, y.shape[1]))
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-3)
    steps = epochs * (len(x) // 512)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps + 1)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for k in range(len(x) // 512):
            i = order[512 * k : 512 * (k + 1)]
            optimiser.zero_grad()
            nn.functional.mse_loss(network(x[i]), y[i]).backward()
            optimiser.step()
            schedule.step()
    features = reader_features(network.eval(), mean, scale, cohort)
    at_risk, had = yearly(cohort.people)
    current = fit_logits(features, cohort.people.coded, l2=1e-5)
    return Reader(network, mean, scale, current, fit_hazard(features, at_risk, had, l2=1e-5))
