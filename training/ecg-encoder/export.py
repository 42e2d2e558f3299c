"""Export the encoder with its statements layer to ONNX (opset 17), check it against PyTorch and time it.

Usage: python training/ecg-encoder/export.py [--name encoder-pretrained]      needs crossfit.py first
Parity: the largest absolute difference of embedding and statements, PyTorch against ONNX Runtime with all optimisations and with
none, single tracings and a batch, on simulated, noisy, flat, missing and stepped input; over 1e-5 nothing is written.
Also written: ood.json, the Mahalanobis frame of the embeddings of the real training records and as many simulated ones.
"""

import argparse
import hashlib
import json
import time

import numpy as np
import onnx
import onnxruntime
import torch
from sklearn.covariance import ledoit_wolf

from crossfit import embed, load_encoder
from network import LEADS, SAMPLES, EcgEncoder
from pathology import draw_effects
from real import load
from shared import FOLDER, OUT, SEEDS
from simulate_cases import SCALE
from simulators.effects import simulate12
from simulators.noise import noise12

OPSET, TOLERANCE = 17, 1e-5
OUTPUTS = ["embedding", "statements"]
EIGHT, SIX = [0, 1, 2, 3, 4, 5, 6, 10], [0, 1, 2, 3, 4, 5]  # limb leads with V1 and V5; limb leads


def shipped_network(name: str) -> EcgEncoder:
    """The pre-trained encoder with the statements layer that was fitted on all folds."""
    network, head = load_encoder(name), np.load(OUT / "superclass-head.npz")
    with torch.no_grad():
        network.statements.weight.copy_(torch.from_numpy(head["statementsW"]))
        network.statements.bias.copy_(torch.from_numpy(head["statementsB"]))
    return network.eval()


def mask_of(present) -> np.ndarray:
    mask = np.zeros(len(LEADS), np.float32)
    mask[list(present)] = 1
    return mask


def parity_inputs() -> tuple[np.ndarray, np.ndarray]:
    """[n, 12, 5000] mV and [n, 12]: simulated with every kind of mask, noise, flat, all NaN, a NaN gap, 3 mV steps."""
    rng = np.random.default_rng(SEEDS["test"])
    simulated = [noise12(simulate12(rng, draw_effects(rng)[0]), rng) for _ in range(6)]
    shape = (len(LEADS), SAMPLES)
    gap = rng.normal(0, 0.2, shape)
    gap[:, 1000:1400] = np.nan
    steps = np.tile(3 * np.sign(np.sin(np.arange(SAMPLES) / 300)), (len(LEADS), 1))
    ecg = np.array([*simulated, rng.normal(0, 0.3, shape), np.zeros(shape), np.full(shape, np.nan), gap, steps], np.float32)
    whole = mask_of(range(12))
    masks = np.array([whole, whole, mask_of(EIGHT), mask_of(SIX), mask_of([0]), mask_of([0]), *[whole] * 5])
    return ecg * np.where(masks > 0, 1, 0)[:, :, None].astype(np.float32), masks


def session_of(path, level=onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level, options.intra_op_num_threads = level, 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def parity(network, path) -> dict:
    ecg, masks = parity_inputs()
    with torch.no_grad():
        expected = [t.numpy() for t in network(torch.from_numpy(ecg), torch.from_numpy(masks))]
    result = {}
    for name, level in (("optimised", onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL), ("plain", onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)):
        session = session_of(path, level)
        batch = session.run(OUTPUTS, {"ecg": ecg, "lead_mask": masks})
        single = [np.concatenate(p) for p in zip(*[session.run(OUTPUTS, {"ecg": e[None], "lead_mask": m[None]}) for e, m in zip(ecg, masks)])]
        result[name] = {n: float(max(np.abs(e - b).max(), np.abs(e - s).max())) for n, e, b, s in zip(OUTPUTS, expected, batch, single)}
    return result


def write_onnx(network, path) -> None:
    """Legacy (TorchScript) exporter: the new one writes opset 18 and up."""
    names = ["ecg", "lead_mask", *OUTPUTS]
    torch.onnx.export(network, (torch.zeros(2, 12, SAMPLES), torch.ones(2, 12)), str(path), dynamo=False, opset_version=OPSET, input_names=names[:2],
                      output_names=OUTPUTS, do_constant_folding=True, dynamic_axes={name: {0: "B"} for name in names})
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    if any(node.op_type == "MaxPool" for node in model.graph.node):
        raise ValueError("MaxPool in the graph: the Pad/MaxPool fault of ONNX Runtime could apply")


def latency(path, runs: int = 200) -> dict:
    """Milliseconds of one 12-lead tracing on one thread: by the clock, and processor time, which other work does not lengthen."""
    session, rng = session_of(path), np.random.default_rng(0)
    given = {"ecg": rng.normal(0, 0.2, (1, 12, SAMPLES)).astype(np.float32), "lead_mask": np.ones((1, 12), np.float32)}
    wall, processor = [], []
    for i in range(runs + 20):
        a, b = time.perf_counter(), time.process_time()
        session.run(OUTPUTS, given)
        if i >= 20:
            wall.append(1000 * (time.perf_counter() - a))
            processor.append(1000 * (time.process_time() - b))
    return {"p50Ms": float(np.median(wall)), "p95Ms": float(np.percentile(wall, 95)), "processorP50Ms": float(np.median(processor)), "processorP95Ms": float(np.percentile(processor, 95))}


def ood_frame(network) -> tuple[dict, dict]:
    """The asset and its two limits: the 99 % distance of real training records, each measured in a frame made without its fold; and, as
    493 records say nothing of one in a thousand, the 99 % distance of simulated training cases outside the frame, whose diseases are
    more and stronger than those of the real ones, or of the real ones where that is larger.

    Half of the frame is real, half simulated (by weight); every record counts with all twelve leads and with the eight of EIGHT.
    """
    records = load()
    views = [np.ones(12), mask_of(EIGHT)]
    real = [embed(network, records.prepared, view)[0] for view in views]
    held = np.load(OUT / "sim-validation.npy").astype(np.float32) / SCALE
    simulated = np.concatenate([embed(network, held, view)[0] for view in views])

    def frame(rows):
        mine = np.concatenate([e[rows] for e in real])
        rng = np.random.default_rng(SEEDS["train"])
        pool = np.concatenate([mine, simulated[rng.choice(len(simulated), min(len(mine), len(simulated)), replace=False)]])
        centre = pool.mean(0)
        spread = pool.std(0)
        spread = spread + 0.1 * np.median(spread)  # a unit that was silent must not weigh a thousandfold
        covariance, _ = ledoit_wolf((pool - centre) / spread)
        values, vectors = np.linalg.eigh(covariance)
        return centre, (vectors / np.sqrt(values)).T / spread

    distances = []
    for fold in range(9):
        centre, whitening = frame(records.fold != fold)
        for e in real:
            distances.append(np.linalg.norm((e[records.fold == fold] - centre) @ whitening.T, axis=1))
    centre, whitening = frame(np.ones(len(records), bool))
    distances = np.concatenate(distances)
    strangers = np.load(OUT / "sim-train.npy", mmap_mode="r")[:2000].astype(np.float32) / SCALE
    far = float(np.percentile(np.linalg.norm((embed(network, strangers)[0] - centre) @ whitening.T, axis=1), 99))
    nine = lambda a: [float(f"{v:.7g}") for v in a]
    asset = {"statistic": "mahalanobis", "mean": nine(centre), "whitening": [nine(row) for row in whitening]}
    return asset, {"p99": float(np.percentile(distances, 99)), "p999": max(far, float(np.percentile(distances, 99.9))), "p999Real": float(np.percentile(distances, 99.9)), "simulated": len(strangers), "n": len(records), "median": float(np.median(distances))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="encoder-pretrained")
    name = parser.parse_args().name
    torch.set_num_threads(1)
    network = shipped_network(name)
    candidate = OUT / "candidate.onnx"
    write_onnx(network, candidate)
    differences = parity(network, candidate)
    worst = max(v for level in differences.values() for v in level.values())
    print(json.dumps(differences), f"largest difference {worst:.2e}, tolerance {TOLERANCE:.0e}")
    if worst > TOLERANCE:
        raise SystemExit("parity failed")
    asset, limits = ood_frame(network)
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = candidate.read_bytes()
    (FOLDER / "model.onnx").write_bytes(data)
    (FOLDER / "ood.json").write_text(json.dumps(asset) + "\n")
    times = latency(candidate)
    (OUT / "export.json").write_text(json.dumps({
        "name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "opset": OPSET, "parity": differences, "ood": limits, "latency": times,
        "parameters": sum(p.numel() for p in network.parameters())}, indent=1))
    print(FOLDER.name, len(data), "bytes", hashlib.sha256(data).hexdigest()[:12], times, limits)
