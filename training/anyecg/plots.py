"""plots/curve.svg: the training curve; plots/gain.svg: gain reached against the ceiling's, and risk against what happened. Step of `train.py`."""

import json

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from cases import HERE, OUT

matplotlib.rcParams["svg.hashsalt"] = "anyecg"
PLOTS = HERE / "plots"


def save(figure, name: str) -> None:
    PLOTS.mkdir(exist_ok=True)
    figure.tight_layout()
    figure.savefig(PLOTS / f"{name}.svg", metadata={"Date": None})
    figure.savefig(OUT / f"{name}.png", dpi=110)
    plt.close(figure)


def main() -> None:
    curve = json.loads((OUT / "training.json").read_text())["curve"]
    report = json.loads((OUT / "report.json").read_text())
    figure, (a, b) = plt.subplots(1, 2, figsize=(8, 3.2))
    epochs = [r["epoch"] for r in curve]
    a.plot(epochs, [r["train"] for r in curve], "o-", label="training")
    a.plot(epochs, [r["validation"] for r in curve], "o-", label="validation")
    a.set(xlabel="epoch", ylabel="loss, today and future")
    a.legend(frameon=False)
    b.plot(epochs, [r["ageCorrelation"] for r in curve], "o-", color="0.4")
    b.set(xlabel="epoch", ylabel="r² of ECG terms with age")
    save(figure, "curve")
    figure, (a, b) = plt.subplots(1, 2, figsize=(9, 4))
    for null, colour, name in ((False, "#1f4e79", "with an effect"), (True, "#c05a00", "planted null")):
        rows = [r for r in report["labels"] if r["null"] == null]
        x, y = ([r[f] for r in rows] for f in ("ceilingGain", "gain"))
        a.errorbar(x, y, yerr=[[r["gain"] - r["gainCi"][0] for r in rows], [r["gainCi"][1] - r["gain"] for r in rows]], fmt="o", markersize=3, linewidth=0.6, color=colour, label=name)
    top = max(r["ceilingGain"] for r in report["labels"])
    a.plot([0, top], [0, top], color="0.5", linewidth=1)
    a.plot([0, top], [0, 0.8 * top], color="0.7", linewidth=1, linestyle="--")
    a.set(xlabel="gain of the ceiling over age and sex (AUROC)", ylabel="gain of the head")
    a.legend(frameon=False)
    for h, colour in (("1", "0.6"), ("5", "#1f4e79"), ("10", "#c05a00")):
        rows = report["hazards"]["labels"]
        b.plot([r[f"expected{h}"] for r in rows], [r[f"observed{h}"] for r in rows], "o", markersize=3, color=colour, label=f"{h} y")
    b.plot([0, 0.4], [0, 0.4], color="0.5", linewidth=1)
    b.set(xlabel="mean risk told, one dot a label", ylabel="new diagnoses", xscale="log", yscale="log")
    b.legend(frameon=False)
    save(figure, "gain")


if __name__ == "__main__":
    main()
