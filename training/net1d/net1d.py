"""Net1D as we read it from the published description: residual 1-D convolutions with squeeze-and-excitation.

Hong S et al., "HOLMES", KDD 2020, and the ECG foundation model ECGFounder (Li J et al. 2024), which is one of this family.
The layers below are our own words for it; `published_key` says what each parameter is called in a published checkpoint.

- entry: convolution (kernel, stride 2), padded so that length n becomes ceil(n/2); x sigmoid(x).
- stages; the first block of each halves the length. A block: [x sigmoid(x)] - 1x1 - x sigmoid(x) - grouped convolution of
  the kernel - x sigmoid(x) - 1x1, its channels weighted by squeeze-and-excitation (ratio 2), plus the input. The very first
  block has no first activation. The shortcut of a halving block takes the maximum of pairs, after one zero on the right, and
  new channels of the shortcut are zeros, half of them on each side.
- mean over time (the embedding), one linear layer (the statements).

`repair`: ONNX Runtime folds a zero Pad into the MaxPool after it, and MaxPool pads with minus infinity: wherever the length is
odd and the last value negative the result differs. A Clip that changes nothing, between the two, keeps them apart.
"""

from dataclasses import dataclass

import torch
from torch import nn

UNCHANGED = 3.0e38  # limits of the Clip: beyond any value of the network


@dataclass
class Shape:
    """Everything that fixes a network of the family."""

    leads: int
    entry: int
    widths: tuple
    blocks: tuple
    kernel: int
    group_width: int
    statements: int
    middle: float = 1.0  # inner width of a block as a share of its outer width
    normalised: bool = False  # batch normalisation before each activation

    @property
    def embedding(self) -> int:
        return self.widths[-1]


ECGFOUNDER = Shape(leads=12, entry=64, widths=(64, 160, 160, 400, 400, 1024, 1024), blocks=(2, 2, 2, 3, 3, 4, 4), kernel=16, group_width=16, statements=150)


class SameConv(nn.Module):
    """Convolution whose output has ceil(n / stride) samples; the odd zero of the padding is on the right."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int = 1):
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.conv = nn.Conv1d(inputs, outputs, kernel, stride, groups=groups)

    def forward(self, x):
        n = int(x.shape[-1])
        pad = max(0, (-(-n // self.stride) - 1) * self.stride + self.kernel - n)
        return self.conv(nn.functional.pad(x, (pad // 2, pad - pad // 2))) if pad else self.conv(x)


class Activation(nn.Module):
    def __init__(self, channels: int, normalised: bool):
        super().__init__()
        self.norm = nn.BatchNorm1d(channels) if normalised else None

    def forward(self, x):
        x = self.norm(x) if self.norm is not None else x
        return x * torch.sigmoid(x)


class Block(nn.Module):
    def __init__(self, shape: Shape, inputs: int, outputs: int, halve: bool, first: bool, repair: bool):
        super().__init__()
        inner = int(outputs * shape.middle)
        self.halve, self.repair, self.extra = halve, repair, outputs - inputs
        self.before = None if first else Activation(inputs, shape.normalised)
        self.narrow = SameConv(inputs, inner, 1, 1)
        self.between = Activation(inner, shape.normalised)
        self.wide = SameConv(inner, inner, shape.kernel, 2 if halve else 1, outputs // shape.group_width)
        self.after = Activation(inner, shape.normalised)
        self.out = SameConv(inner, outputs, 1, 1)
        self.squeeze, self.excite = nn.Linear(outputs, outputs // 2), nn.Linear(outputs // 2, outputs)

    def forward(self, x):
        y = x if self.before is None else self.before(x)
        y = self.out(self.after(self.wide(self.between(self.narrow(y)))))
        s = self.squeeze(y.mean(-1))
        y = y * torch.sigmoid(self.excite(s * torch.sigmoid(s))).unsqueeze(-1)
        if self.halve:
            x = nn.functional.pad(x, (0, 1), value=0.0)
            if self.repair:
                x = torch.clamp(x, -UNCHANGED, UNCHANGED)
            x = nn.functional.max_pool1d(x, 2)
        if self.extra:
            left = self.extra // 2
            x = nn.functional.pad(x, (0, 0, left, self.extra - left))
        return y + x


class Net1D(nn.Module):
    """ecg (B, leads, n), prepared outside -> embedding (B, widths[-1]), statements (B, statements) logits."""

    def __init__(self, shape: Shape, repair: bool = True):
        super().__init__()
        self.shape = shape
        self.entry = SameConv(shape.leads, shape.entry, shape.kernel, 2)
        self.entry_activation = Activation(shape.entry, shape.normalised)
        stages, width = [], shape.entry
        for i, (out, count) in enumerate(zip(shape.widths, shape.blocks)):
            stages.append(nn.Sequential(*[Block(shape, width if j == 0 else out, out, j == 0, i == 0 and j == 0, repair) for j in range(count)]))
            width = out
        self.stages = nn.Sequential(*stages)
        self.dense = nn.Linear(width, shape.statements)

    def forward(self, ecg):
        embedding = self.stages(self.entry_activation(self.entry(ecg))).mean(-1)
        return embedding, self.dense(embedding)


BLOCK_KEYS = {"before.norm": "bn1", "narrow.conv": "conv1.conv", "between.norm": "bn2", "wide.conv": "conv2.conv", "after.norm": "bn3",
              "out.conv": "conv3.conv", "squeeze": "se_fc1", "excite": "se_fc2"}


def published_key(own: str) -> str:
    """Name of one of our parameters in a published state dict: stages.1.0.wide.conv.weight -> stage_list.1.block_list.0.conv2.conv.weight."""
    parts = own.split(".")
    if parts[0] == "stages":
        inner, leaf = ".".join(parts[3:-1]), parts[-1]
        return f"stage_list.{parts[1]}.block_list.{parts[2]}.{BLOCK_KEYS[inner]}.{leaf}"
    return own.replace("entry_activation.norm", "first_bn").replace("entry.conv", "first_conv.conv")
