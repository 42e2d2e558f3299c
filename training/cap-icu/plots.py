"""Calibration plots: observed against predicted in ten bins of equal mass, with Wilson intervals, and where the risks lie."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

matplotlib.rcParams["svg.hashsalt"] = "cap-icu"
BINS, Z = 10, 1.96


def wilson(k: int, n: int) -> tuple[float, float]:
    p, d = k / n, 1 + Z**2 / n
    middle, half = (p + Z**2 / (2 * n)) / d, Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / d
    return middle - half, middle + half


def calibration_plot(path: Path, variants: dict[str, np.ndarray], y: np.ndarray, title: str) -> None:
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(4.6, 5.4), height_ratios=[4, 1], sharex=True)
    top.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for (name, p), colour, offset in zip(variants.items(), ("#1f4e79", "#c05a00"), (-0.004, 0.004)):
        for i, bin_ in enumerate(np.array_split(np.argsort(p, kind="stable"), BINS)):
            low, high = wilson(int(y[bin_].sum()), len(bin_))
            top.plot([p[bin_].mean() + offset] * 2, [low, high], color=colour, linewidth=1)
            top.plot(p[bin_].mean() + offset, y[bin_].mean(), "o", color=colour, markersize=4, label=name if i == 0 else None)
    top.set(xlim=(0, 1), ylim=(0, 1), ylabel="died (Wilson 95 %)", title=f"{title}\nheld back, n {len(y)}, {int(y.sum())} died")
    top.legend(frameon=False)
    bottom.hist(next(iter(variants.values())), bins=40, range=(0, 1), color="0.5")
    bottom.set(xlabel="predicted", ylabel="stays")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    figure.savefig(path.with_suffix(".png").parent.parent / ".cache" / f"{path.stem}.png", dpi=110)
    plt.close(figure)
