"""The learning curve of pre-training and the AUROC of each reader on real labels, as SVG (and PNG in out/ for looking at)."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from shared import OUT

matplotlib.rcParams["svg.hashsalt"] = "ecg-encoder"


def save(figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    figure.savefig(OUT / f"{path.stem}.png", dpi=110)
    plt.close(figure)


def curve_plot(path: Path, curve: list) -> None:
    figure, axes = plt.subplots(figsize=(5.2, 3.4))
    seen = [row["seen"] / 1000 for row in curve]
    for view, title, colour in (("twelve", "12 leads", "#1f4e79"), ("lead1", "Lead I alone", "#c05a00")):
        axes.plot(seen, [row[view]["superclasses"] for row in curve], "o-", color=colour, label=f"{title}: superclasses")
        axes.plot(seen, [row[view]["all"] for row in curve], "o:", color=colour, label=f"{title}: all conditions")
    axes.set(xlabel="simulated tracings seen (thousand)", ylabel="mean AUROC, simulated validation", ylim=(0.7, 1.0), title="Pre-training on simulation")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    save(figure, path)


def gain_plot(path: Path, report: dict, head: str) -> None:
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    labels = [*report["positives"], "macro"]
    readers = [("age-sex", "0.6"), ("ecgomics", "#6b8e23"), ("net1d", "#7b5ea7"), ("scratch", "#c05a00"), ("pre-trained, no real label", "#2a9d8f"), (head, "#1f4e79"), ("encoder alone", "#000000")]
    readers = [(name, colour) for name, colour in readers if name in report["figures"]]
    for j, (name, colour) in enumerate(readers):
        for i, label in enumerate(labels):
            row = report["figures"][name][label]
            at = i + (j - (len(readers) - 1) / 2) * 0.11
            axes.plot([at, at], row["ci"], color=colour, linewidth=1)
            axes.plot(at, row["auroc"], "o", color=colour, markersize=4, label=name if i == 0 else None)
    axes.set(xticks=range(len(labels)), xticklabels=labels, ylim=(0.5, 1.0), ylabel="AUROC (95 % by person)", title="PTB-XL folds 1-8, cross-fitted")
    axes.legend(frameon=False, fontsize=7, ncol=2, loc="lower left")
    save(figure, path)
