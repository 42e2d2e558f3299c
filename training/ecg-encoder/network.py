"""The shared ECG encoder: 12 leads or Lead I -> 128 numbers and the logits of five superclasses.

Like the Net1D family (residual 1-D convolutions), smaller. The trunk (`stages`, `embed`) has the shapes of Pocket-K's, so
that Pocket-K starts from `lead1_stem`, `stages` and `embed`. Deviations from Net1D: no MaxPool (ONNX Runtime folds a zero
Pad into a following MaxPool and pads with -infinity), average pooling in the shortcuts, mean and maximum over time.
"""

import torch
from torch import nn

import shared  # noqa: F401  (puts the neighbouring folders on the path)
from hb_ecg_1 import FLOAT32_MAX, HbEcg1

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
STAGES = ((32, 1), (48, 2), (64, 2), (96, 2), (128, 2))  # channels, stride; as training/pocket-k/network.py
SAMPLES, EMBEDDING = 5000, 128


class ResidualBlock(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, stride: int, kernel: int = 7):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm1d(channels_out), nn.ReLU(),
            nn.Conv1d(channels_out, channels_out, kernel, 1, kernel // 2, bias=False), nn.BatchNorm1d(channels_out))
        pool = [nn.AvgPool1d(stride, stride, ceil_mode=False)] if stride > 1 else []
        widen = [nn.Conv1d(channels_in, channels_out, 1, bias=False)] if channels_in != channels_out else []
        self.shortcut = nn.Sequential(*pool, *widen)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.shortcut(x))


class EcgEncoder(nn.Module):
    """ecg (B, 12, 5000) mV at 500 Hz in the order of LEADS, lead_mask (B, 12) -> embedding (B, 128), statements (B, 5)."""

    def __init__(self):
        super().__init__()
        self.preprocessing = HbEcg1()
        width = STAGES[0][0]
        self.stem = nn.Sequential(nn.Conv1d(12, 64, 32, 8, 8, bias=False), nn.BatchNorm1d(64), nn.ReLU(),
                                  nn.Conv1d(64, width, 1, bias=False), nn.BatchNorm1d(width), nn.ReLU())
        self.lead1_stem = nn.Sequential(nn.Conv1d(1, width, 32, 8, 8, bias=False), nn.BatchNorm1d(width), nn.ReLU())
        widths = [width] + [c for c, _ in STAGES]
        self.stages = nn.Sequential(*[ResidualBlock(a, c, s) for a, (c, s) in zip(widths, STAGES)])
        self.embed = nn.Sequential(nn.Linear(2 * widths[-1], EMBEDDING), nn.ReLU())
        self.drop = nn.Dropout(0.2)
        self.statements = nn.Linear(EMBEDDING, len(SUPERCLASSES))

    def prepare(self, ecg: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """hb-ecg-1 of every lead; absent leads zero."""
        rows = ecg.reshape(-1, 1, SAMPLES)
        return self.preprocessing(rows).reshape(-1, 12, SAMPLES) * mask.unsqueeze(-1)

    def trunk(self, h: torch.Tensor) -> torch.Tensor:
        x = self.stages(h)
        return self.embed(torch.cat([x.mean(-1), x.amax(-1)], 1))

    def encode_prepared(self, x: torch.Tensor, alone: torch.Tensor) -> torch.Tensor:
        """x (B, 12, 5000) after `prepare`; alone (B,) true where Lead I is all there is. Each row goes through one stem only,
        so that the batch statistics of a stem come from its own rows."""
        h = x.new_zeros(len(x), STAGES[0][0], stem_length())
        for stem, rows, leads in ((self.lead1_stem, alone, x[:, :1]), (self.stem, ~alone, x)):
            if int(rows.sum()) > (1 if self.training else 0):
                h = h.index_put((rows.nonzero()[:, 0],), stem(leads[rows]))
        return self.trunk(h)

    def forward(self, ecg: torch.Tensor, lead_mask: torch.Tensor):
        """The exported graph: both stems, one of them chosen by the mask."""
        finite = torch.where(torch.abs(ecg) <= FLOAT32_MAX, ecg, torch.zeros_like(ecg))
        x = self.prepare(finite, lead_mask)
        alone = (lead_mask[:, :1] * (lead_mask[:, 1:].sum(1, keepdim=True) < 0.5).float()).unsqueeze(-1)
        embedding = self.trunk(alone * self.lead1_stem(x[:, :1]) + (1 - alone) * self.stem(x))
        return embedding, self.statements(self.drop(embedding))


def stem_length() -> int:
    return (SAMPLES + 2 * 8 - 32) // 8 + 1
