"""Learning curves of the starts and the ceilings: plots/learning-curve.svg. Usage: python training/pocket-k/plots.py"""

import json

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from cases import HERE, OUT  # noqa: E402
from export import STARTS  # noqa: E402

COLOURS = {"scratch": "#4477aa", "from-encoder": "#cc6677", "from-final-encoder": "#228833"}
CEILINGS = {"single": ("alone", ":"), "paired": ("paired", "--")}

if __name__ == "__main__":
    ceiling = {(r["reader"], r["label"]): r["value"] for r in json.loads((OUT / "ceiling.json").read_text())["rows"] if r["metric"] == "auroc"}
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), constrained_layout=True)
    for name in STARTS:
        if not (OUT / f"{name}.json").exists():
            continue
        run = json.loads((OUT / f"{name}.json").read_text())
        cases = [c["cases"] / 1000 for c in run["curve"]]
        left.plot(cases, [c["trainingLoss"] for c in run["curve"]], color=COLOURS[name], label=name)
        for way, line in (("alone", ":"), ("paired", "--")):
            right.plot(cases, [c[f"k-gt-5.5 {way}"] for c in run["curve"]], line, color=COLOURS[name], label=f"{name}, {way}")
    for reader, (way, line) in CEILINGS.items():
        right.axhline(ceiling[reader, "k-gt-5.5"], color="grey", linestyle=line, linewidth=1, label=f"ceiling on own-test people, {way}")
    left.set(xlabel="cases seen (thousands)", ylabel="training loss (balanced mix)")
    right.set(xlabel="cases seen (thousands)", ylabel="AUROC > 5.5 mmol/L, validation people")
    for axis in (left, right):
        axis.legend(fontsize=8, frameon=False)
        axis.spines[["top", "right"]].set_visible(False)
    folder = HERE / "plots"
    folder.mkdir(exist_ok=True)
    figure.savefig(folder / "learning-curve.svg", metadata={"Date": None})
    figure.savefig(OUT / "learning-curve.png", dpi=110)
