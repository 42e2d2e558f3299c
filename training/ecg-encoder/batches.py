"""Batches of prepared tracings (after hb-ecg-1) with the changes that the network must not mind."""

import numpy as np
import torch

from network import SAMPLES

LEAD1_SHARE = 0.4
LIMB, CHEST = [0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]


def to_twelve(x: torch.Tensor) -> torch.Tensor:
    """(B, 8, n) leads I, II, V1-V6 -> (B, 12, n); III and the augmented leads follow from I and II."""
    one, two = x[:, :1], x[:, 1:2]
    return torch.cat([one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2, x[:, 2:]], 1)


def shifted(x: np.ndarray, rng: np.random.Generator, most: int = 350) -> np.ndarray:
    """Each tracing moved by its own time, the gap filled with zeros; [B, leads, SAMPLES]."""
    out = np.zeros_like(x)
    for i, s in enumerate(rng.integers(-most, most + 1, len(x))):
        if s >= 0:
            out[i, :, s:] = x[i, :, : SAMPLES - s]
        else:
            out[i, :, :s] = x[i, :, -s:]
    return out


def draw_masks(rng: np.random.Generator, n: int, lead1_share: float = LEAD1_SHARE, subset_share: float = 0.25) -> torch.Tensor:
    """(n, 12) of ones and zeros: Lead I alone, limb or chest leads alone, 8 or 6 leads by chance, or all."""
    mask = np.ones((n, 12), np.float32)
    for i in range(n):
        u = rng.random()
        if u < lead1_share:
            mask[i, 1:] = 0
        elif u < lead1_share + (1 - lead1_share) * subset_share:
            kind = rng.integers(4)
            gone = CHEST if kind == 0 else LIMB if kind == 1 else rng.choice(12, 4 if kind == 2 else 6, replace=False)
            mask[i, gone] = 0
    return torch.from_numpy(mask)
