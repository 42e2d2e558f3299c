"""Export a trained delineator to ONNX (opset 17) and check it against PyTorch.

Usage: python training/ecgomics/export.py [--part final] [--to DIR]
Parity: the largest absolute difference of the logits, PyTorch against ONNX Runtime with all graph optimisations and with
none, one window at a time and in one batch, on noise, simulated cases and hostile input; more than 1e-5 is an error and
nothing is written.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from augment import low_passed, plain
from data import HERE, OUT, SEEDS, simulated
from network import WINDOW, Delineator

OPSET, TOLERANCE = 17, 1e-5
FOLDER = HERE.parents[1] / "inference" / "models" / "ecg-delineator-1"


def load_network(part: str) -> Delineator:
    network = Delineator()
    network.load_state_dict(torch.load(OUT / f"{part}.pt", weights_only=True))
    return folded(network.eval())


def folded(network: Delineator) -> Delineator:
    """Batch normalisation folded into the convolutions, in double: what is exported anyway, rounded once instead of twice."""
    network.double()
    for module in list(network.modules()):
        if isinstance(module, torch.nn.Sequential) and len(module) == 3 and isinstance(module[1], torch.nn.BatchNorm1d):
            module[0] = torch.nn.utils.fusion.fuse_conv_bn_eval(module[0], module[1])
            module[1] = torch.nn.Identity()
    return network.float()


def parity_inputs() -> np.ndarray:
    """float32 [n, 1, 2496] mV: noise, flat, all NaN, a NaN gap, 3 mV steps, twelve simulated leads."""
    rng = np.random.default_rng(SEEDS["test"])
    gap = rng.normal(0, 0.2, WINDOW)
    gap[1000:1200] = np.nan
    rows = [rng.normal(0, 0.3, WINDOW), np.zeros(WINDOW), np.full(WINDOW, np.nan), gap, 3 * np.sign(np.sin(np.arange(WINDOW) / 150))]
    rows += [plain(low_passed(l.x), l.y)[0] for l in simulated(SEEDS["test"], 12)]
    return np.array(rows, np.float32)[:, None, :]


def session_of(path, level=onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level, options.intra_op_num_threads = level, 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def parity(network: Delineator, path: Path, ecg: np.ndarray) -> dict:
    with torch.no_grad():
        expected = network(torch.from_numpy(ecg)).numpy()
    result, levels = {}, onnxruntime.GraphOptimizationLevel
    for name, level in (("optimised", levels.ORT_ENABLE_ALL), ("plain", levels.ORT_DISABLE_ALL)):
        session = session_of(path, level)
        batch = session.run(["logits"], {"ecg": ecg})[0]
        single = np.concatenate([session.run(["logits"], {"ecg": row[None]})[0] for row in ecg])
        result[name] = float(max(np.abs(expected - batch).max(), np.abs(expected - single).max()))
    return result


def write_onnx(network: Delineator, path: Path) -> None:
    """Legacy (TorchScript) exporter: the new one writes opset 18 and up."""
    torch.onnx.export(network, (torch.zeros(2, 1, WINDOW),), str(path), dynamo=False, opset_version=OPSET, input_names=["ecg"],
                      output_names=["logits"], do_constant_folding=True, dynamic_axes={"ecg": {0: "B"}, "logits": {0: "B"}})
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    if any(node.op_type == "MaxPool" for node in model.graph.node):
        raise ValueError("MaxPool in the graph: the Pad/MaxPool fault of ONNX Runtime could apply")


def latency(path: Path) -> dict:
    """Milliseconds of processor time for 12 windows on one thread: other work on the machine does not count."""
    session, ecg, took = session_of(path), np.random.default_rng(0).normal(0, 0.3, (12, 1, WINDOW)).astype(np.float32), []
    for _ in range(60):
        started = time.process_time()
        session.run(["logits"], {"ecg": ecg})
        took.append(1000 * (time.process_time() - started))
    return {"p50Ms": round(float(np.median(took[10:])), 2), "p95Ms": round(float(np.percentile(took[10:], 95)), 2)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", default="final")
    parser.add_argument("--to", type=Path, default=FOLDER)
    given = parser.parse_args()
    torch.set_num_threads(1)
    net, candidate = load_network(given.part), OUT / "candidate.onnx"
    write_onnx(net, candidate)
    differences = parity(net, candidate, parity_inputs())
    print(differences, "tolerance", TOLERANCE)
    if max(differences.values()) > TOLERANCE:
        raise SystemExit("parity failed")
    given.to.mkdir(parents=True, exist_ok=True)
    data = candidate.read_bytes()
    (given.to / "model.onnx").write_bytes(data)
    (OUT / "export.json").write_text(json.dumps({
        "part": given.part, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "opset": OPSET, "parity": differences,
        "parameters": sum(p.numel() for p in net.parameters()), "latency": latency(candidate)}))
    print((OUT / "export.json").read_text())
