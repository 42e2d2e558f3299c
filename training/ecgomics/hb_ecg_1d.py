"""Preprocessing `hb-ecg-1d` as a torch module, to be exported inside the graph.

Non-finite -> 0; edge padding 300 each side; minus the twice-applied moving average of 301 samples (250 Hz); no low-pass.
Length 2,496 in and out; zero phase; mV in and out. Means are differences of cumulative sums in double precision, because
a float32 convolution of 301 taps rounds differently in each runtime.
"""

import torch
from torch import nn

PAD, AVERAGE = 300, 301
FLOAT32_MAX = 3.4028234663852886e38
PARAMS = {"padding": "edge", "padSamples": PAD, "movingAverageSamples": AVERAGE, "movingAveragePasses": 2}


def moving_average(x: torch.Tensor) -> torch.Tensor:
    """Mean of AVERAGE samples; (B, 1, n) double -> (B, 1, n - AVERAGE + 1)."""
    total = nn.functional.pad(torch.cumsum(x, -1), (1, 0))
    return (total[:, :, AVERAGE:] - total[:, :, :-AVERAGE]) / AVERAGE


class HbEcg1d(nn.Module):
    def forward(self, ecg: torch.Tensor) -> torch.Tensor:
        """(B, 1, 2496) mV -> (B, 1, 2496) mV."""
        finite = torch.where(torch.abs(ecg) <= FLOAT32_MAX, ecg, torch.zeros_like(ecg))
        padded = nn.functional.pad(finite, (PAD, PAD), mode="replicate").double()
        base = moving_average(moving_average(padded))
        return (padded[:, :, PAD:-PAD] - base).float()
