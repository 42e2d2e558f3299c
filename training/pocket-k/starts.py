"""How the starts of training differ before one of them ships, on validation people: does the embedding know strangers?

Usage: python training/pocket-k/starts.py        after the runs of train.py; writes out/starts.json
For each start: distance as in `out_of_distribution.py` with its limits from the same training tracings, the share of
strangers beyond p99, and the units of the embedding that no training tracing ever raises above zero. And how far the loss
that decides lies from that of the start from scratch, with an interval by patient. Own-test people are not read here.
"""

import json

import numpy as np
import torch

from calibration import beta_of, fit_beta
from cases import OUT, POSITIVE, load_cases, marked_splits
from export import STARTS, load_network
from metrics import clustered
from network import LABELS
from out_of_distribution import OOD_CASES, distances, fit, verdicts
from train import embeddings, predict


def embed(network, ecg: np.ndarray) -> np.ndarray:
    """[n, 5000] int16 uV or float mV -> [n, 128]."""
    rows = ecg if ecg.dtype == np.int16 else ecg * 1000
    return embeddings(network, rows, np.arange(len(rows)), False).numpy()


def stranger_figures(network, train: dict, backgrounds: list) -> dict:
    near = np.concatenate([embed(network, train[name][:OOD_CASES]) for name in ("ecg", "reference")])
    asset = fit(near)
    p99, p999 = (float(np.percentile(distances(near, asset), q)) for q in (99, 99.9))
    return {"deadUnits": int((near.max(axis=0) <= 0).sum()), "units": near.shape[1], "p99": p99,
            "rows": verdicts(lambda ecg: embed(network, ecg), backgrounds, asset, p99, p999, people="validation people")}


def deciding_loss(network, held: dict) -> np.ndarray:
    """Of each validation case what `train.calibrated_loss` averages: cross-entropy at 5.5 and 6.0 after the beta curves, temperature 1."""
    network.temperature.fill_(1.0)
    p, total = predict(network, held)["probability"], np.zeros(len(held["measured"]))
    for label in ("k-gt-5.5", "k-ge-6.0"):
        y, risk = POSITIVE[label](held["measured"]), p[:, LABELS.index(label)]
        q = beta_of(risk, fit_beta(risk, y, held["weights"]))
        total -= np.where(y, np.log(q), np.log(1 - q))
    return total


if __name__ == "__main__":
    torch.set_num_threads(1)
    splits, _ = marked_splits()
    cases, held, found, losses = load_cases("train"), load_cases("validation"), {}, {}
    for name in STARTS:
        if (OUT / f"{name}.pt").exists():
            found[name] = stranger_figures(load_network(name), cases, splits["validation"])
            shares = "; ".join(f"{r['kind']} {r['limited']:.2f}" for r in found[name]["rows"])
            print(f"{name}: {found[name]['deadUnits']} of {found[name]['units']} units dead; beyond p99: {shares}", flush=True)
            losses[name] = deciding_loss(load_network(name), held)
            difference, interval = clustered(lambda d, w: float(np.average(d, weights=w)), held["patients"], losses[name] - losses[STARTS[0]], held["weights"])
            found[name]["lossMinusScratch"] = {"value": difference, "ci": interval}
            print(f"{name}: loss {np.average(losses[name], weights=held['weights']):.5f}, minus scratch {difference:+.5f} {interval}", flush=True)
    (OUT / "starts.json").write_text(json.dumps(found, indent=1))
