"""Preprocessing `hb-ecg-1` as a torch module, to be exported inside the graph.

Non-finite -> 0; edge padding 650 each side; minus the twice-applied moving average of 601 samples; 101-tap Hamming
low-pass at 40 Hz (500 Hz sampling); x2; clip to +/-10. Length 5000 in and out; zero phase; voltage is kept.
"""

import torch
from scipy.signal import firwin
from torch import nn

PAD, AVERAGE, TAPS, CUTOFF_HZ, RATE_HZ, GAIN, CLIP = 650, 601, 101, 40.0, 500, 2.0, 10.0
FLOAT32_MAX = 3.4028234663852886e38
PARAMS = {"padding": "edge", "padSamples": PAD, "movingAverageSamples": AVERAGE, "movingAveragePasses": 2,
          "lowPassTaps": TAPS, "lowPassWindow": "hamming", "lowPassHz": CUTOFF_HZ, "gain": GAIN, "clip": CLIP}


class HbEcg1(nn.Module):
    """The moving averages are differences of cumulative sums in double precision: as a float32 convolution of 601 taps
    they cost more than the network and left rounding of 8e-5 on the embedding between runtimes."""

    def __init__(self):
        super().__init__()
        taps = torch.tensor(firwin(TAPS, CUTOFF_HZ, window="hamming", fs=RATE_HZ), dtype=torch.float32)
        self.register_buffer("low_pass", taps.reshape(1, 1, -1))

    def forward(self, ecg: torch.Tensor) -> torch.Tensor:
        """(B, 1, 5000) mV -> (B, 1, 5000), dimensionless."""
        finite = torch.where(torch.abs(ecg) <= FLOAT32_MAX, ecg, torch.zeros_like(ecg))
        padded = nn.functional.pad(finite, (PAD, PAD), mode="replicate").double()
        base = moving_average(moving_average(padded))
        high = (padded[:, :, AVERAGE - 1 : -(AVERAGE - 1)] - base).float()
        return torch.clamp(nn.functional.conv1d(high, self.low_pass) * GAIN, -CLIP, CLIP)


def moving_average(x: torch.Tensor) -> torch.Tensor:
    """Mean of AVERAGE samples; (B, 1, n) double -> (B, 1, n - AVERAGE + 1)."""
    total = nn.functional.pad(torch.cumsum(x, -1), (1, 0))
    return (total[:, :, AVERAGE:] - total[:, :, :-AVERAGE]) / AVERAGE
