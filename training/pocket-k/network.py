"""Pocket-K network: one-lead residual convolutions -> a distribution of potassium -> four ordered probabilities.

Like the Net1D family (residual 1-D convolutions), smaller. Deviations: no MaxPool at all (ONNX Runtime folds a zero
Pad into a following MaxPool and pads with -infinity), average pooling in the shortcuts, mean and maximum over time
at the end. The embedding of the person's own reference tracing may be handed in; its flag says whether it is there.
"""

import math

import torch
from torch import nn

from hb_ecg_1 import HbEcg1

MEAN_RANGE = (3.0, 8.5)  # mmol/L
SIGMA_RANGE = (0.2, 1.5)  # mmol/L, before temperature
LABELS = ("k-gt-5.5", "k-ge-6.0", "k-gt-6.5", "k-lt-3.5")
THRESHOLDS = (5.5, 6.0, 6.5, 3.5)  # mmol/L
STAGES = ((32, 1), (48, 2), (64, 2), (96, 2), (128, 2))  # channels, stride
EMBEDDING = 128


class ResidualBlock(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, stride: int, kernel: int = 7):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm1d(channels_out),
            nn.ReLU(),
            nn.Conv1d(channels_out, channels_out, kernel, 1, kernel // 2, bias=False),
            nn.BatchNorm1d(channels_out),
        )
        pool = [nn.AvgPool1d(stride, stride, ceil_mode=False)] if stride > 1 else []
        widen = [nn.Conv1d(channels_in, channels_out, 1, bias=False)] if channels_in != channels_out else []
        self.shortcut = nn.Sequential(*pool, *widen)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.body(x)
        return torch.relu(y + self.shortcut(x))


class PocketK(nn.Module):
    """ecg (B, 1, 5000) mV, ref (B, 128), ref_flag (B, 1) -> mean (B, 1), logSigma (B, 1), probability (B, 4), embedding (B, 128).

    `ref` is the `embedding` of the reference tracing (mean of its clips), run with ref 0 and flag 0; with flag 0 what
    stands in `ref` is not read.
    """

    def __init__(self):
        super().__init__()
        self.preprocessing = HbEcg1()
        self.stem = nn.Sequential(nn.Conv1d(1, 32, 32, 8, 8, bias=False), nn.BatchNorm1d(32), nn.ReLU())
        widths = [32] + [c for c, _ in STAGES]
        self.stages = nn.Sequential(*[ResidualBlock(a, c, s) for a, (c, s) in zip(widths, STAGES)])
        self.embed = nn.Sequential(nn.Linear(2 * widths[-1], EMBEDDING), nn.ReLU())
        self.head = nn.Sequential(nn.Linear(3 * EMBEDDING + 1, 64), nn.ReLU(), nn.Linear(64, 2))
        self.register_buffer("temperature", torch.ones(2))  # on sigma: without, with reference
        self.register_buffer("thresholds", torch.tensor(THRESHOLDS).reshape(1, 4))
        self.register_buffer("signs", torch.tensor([1.0, 1.0, 1.0, -1.0]).reshape(1, 4))

    def encode(self, ecg: torch.Tensor) -> torch.Tensor:
        return self.encode_preprocessed(self.preprocessing(ecg))

    def encode_preprocessed(self, filtered: torch.Tensor) -> torch.Tensor:
        """(B, 1, 5000) after hb-ecg-1 -> embedding (B, 128), not negative."""
        x = self.stages(self.stem(filtered))
        return self.embed(torch.cat([x.mean(-1), x.amax(-1)], 1))

    def distribution(self, embedding: torch.Tensor, ref: torch.Tensor, ref_flag: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and sigma (mmol/L), each (B, 1); sigma after temperature."""
        present = (ref_flag > 0.5).to(ref.dtype)
        ref = torch.where(present > 0, ref, torch.zeros_like(ref))
        u = torch.sigmoid(self.head(torch.cat([embedding, ref, embedding - ref, present], 1)))
        mean = MEAN_RANGE[0] + (MEAN_RANGE[1] - MEAN_RANGE[0]) * u[:, 0:1]
        temperature = self.temperature[0] + (self.temperature[1] - self.temperature[0]) * present
        sigma = (SIGMA_RANGE[0] + (SIGMA_RANGE[1] - SIGMA_RANGE[0]) * u[:, 1:2]) * temperature
        return mean, sigma

    def probabilities(self, mean: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        """P(K > t) = Phi((mean - t)/sigma), and P(K < 3.5): ordered because one distribution gives all."""
        z = self.signs * (mean - self.thresholds) / (sigma * math.sqrt(2.0))
        return 0.5 * (1.0 + torch.erf(z))

    def forward(self, ecg: torch.Tensor, ref: torch.Tensor, ref_flag: torch.Tensor):
        embedding = self.encode(ecg)
        mean, sigma = self.distribution(embedding, ref, ref_flag)
        return mean, torch.log(sigma), self.probabilities(mean, sigma), embedding
