"""`ecg-delineator/1`: a 1-D U-Net that says of every 4 ms sample of one lead: none, P, QRS or T.

(B, 1, 2496) mV at 250 Hz -> (B, 4, 2496) logits.
Deviations from specs 01 section 4, made because they measured faster on one thread and leave room for more channels:
pairs of samples are folded into two channels (space to depth) and unfolded at the end, so no layer runs at 250 Hz;
channels 16-24-32-48-64 instead of 8-12-16-24-32; a dilated convolution at the bottom widens the view to several beats,
which tells atrial fibrillation from sinus rhythm. The window is divided by its mean absolute value, so gain does not matter.
"""

import torch
from torch import nn

from hb_ecg_1d import HbEcg1d

CHANNELS, KERNEL, FOLD, CLASSES, WINDOW = (16, 24, 32, 48, 64), 9, 2, 4, 2496
LABELS = ("none", "p", "qrs", "t")
LEAST_SCALE_MV = 0.005


def block(inputs: int, outputs: int, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv1d(inputs, outputs, KERNEL, padding=dilation * (KERNEL // 2), dilation=dilation, bias=False),
                         nn.BatchNorm1d(outputs), nn.ReLU())


class Delineator(nn.Module):
    def __init__(self):
        super().__init__()
        self.preprocessing = HbEcg1d()
        width, down, up = FOLD, [], []
        for channels in CHANNELS:
            down.append(nn.Sequential(block(width, channels), block(channels, channels)))
            width = channels
        self.bottom = nn.Sequential(block(width, width, 2), block(width, width, 4), nn.Dropout(0.1))
        for channels in reversed(CHANNELS[:-1]):
            up.append(nn.Sequential(block(width + channels, channels), block(channels, channels)))
            width = channels
        self.down, self.up = nn.ModuleList(down), nn.ModuleList(up)
        self.head = nn.Conv1d(width, CLASSES * FOLD, 1)

    def forward(self, ecg: torch.Tensor) -> torch.Tensor:
        x = self.preprocessing(ecg)
        scale = x.abs().double().mean(-1, keepdim=True) + LEAST_SCALE_MV  # double: runtimes add floats in another order
        x = (x.double() / scale).float()
        x = x.reshape(-1, WINDOW // FOLD, FOLD).transpose(1, 2)
        kept = []
        for level, encode in enumerate(self.down):
            if level:
                x = nn.functional.avg_pool1d(x, 2)
            x = encode(x)
            kept.append(x)
        x = self.bottom(x)
        for decode, skip in zip(self.up, reversed(kept[:-1])):
            x = decode(torch.cat([nn.functional.interpolate(x, scale_factor=2.0, mode="linear", align_corners=False), skip], 1))
        x = self.head(x).reshape(-1, CLASSES, FOLD, WINDOW // FOLD)
        return x.transpose(2, 3).reshape(-1, CLASSES, WINDOW)
