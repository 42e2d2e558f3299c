"""Export the calibrated network to ONNX (opset 17) and check it against PyTorch.

Usage: python training/pocket-k/export.py [--name scratch | from-encoder | from-final-encoder]; without a name the better one on validation people
Parity: the largest absolute difference of every output, PyTorch against ONNX Runtime with all graph optimisations
and with none, on noise, simulated cases and hostile input; more than 1e-5 is an error and nothing is written.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from cases import HERE, OUT, load_cases
from network import EMBEDDING, PocketK

OPSET = 17
TOLERANCE = 1e-5
INPUTS = ["ecg", "ref", "ref_flag"]
OUTPUTS = ["mean", "logSigma", "probability", "embedding"]
STARTS = ("scratch", "from-encoder", "from-final-encoder")
FOLDER = HERE.parents[1] / "inference" / "models" / "pocket-k-1"


def load_network(name: str) -> PocketK:
    network = PocketK()
    state = torch.load(OUT / f"{name}.pt", weights_only=True)
    constants = {n: t for n, t in network.state_dict().items() if n.startswith("preprocessing.")}
    network.load_state_dict({n: t for n, t in state.items() if not n.startswith("preprocessing.")} | constants)
    return network.eval()


def chosen_start() -> str:
    """The start whose model has the smaller loss on validation people at the natural mix; own-test people have no say."""
    reports = {name: json.loads((OUT / f"{name}.json").read_text()) for name in STARTS if (OUT / f"{name}.json").exists()}
    return min(reports, key=lambda name: reports[name]["validation"]["loss"])


def parity_inputs() -> dict[str, np.ndarray]:
    """ecg [n, 1, 5000] mV: noise, flat, all NaN, a NaN gap, 3 mV steps, eight simulated cases; every second with a reference."""
    rng = np.random.default_rng(3003)
    gap = rng.normal(0, 0.2, 5000)
    gap[1000:1400] = np.nan
    steps = 3 * np.sign(np.sin(np.arange(5000) / 300))
    rows = [rng.normal(0, 0.3, 5000), np.zeros(5000), np.full(5000, np.nan), gap, steps]
    if (OUT / "test-ecg.npy").exists():
        rows += list(load_cases("test")["ecg"][:800:100] / 1000.0)
    return with_references(np.array(rows, np.float32)[:, None, :])


def with_references(ecg: np.ndarray) -> dict[str, np.ndarray]:
    rng, n = np.random.default_rng(1), len(ecg)
    ref = np.maximum(rng.normal(0.2, 0.5, (n, EMBEDDING)), 0).astype(np.float32)
    return {"ecg": ecg, "ref": ref, "ref_flag": (np.arange(n) % 2).astype(np.float32)[:, None]}


def parity(network: PocketK, path: Path, inputs: dict[str, np.ndarray]) -> dict:
    """Largest absolute difference by output for optimised and plain sessions, single records and one batch."""
    with torch.no_grad():
        expected = [t.numpy() for t in network(*[torch.from_numpy(inputs[name]) for name in INPUTS])]
    result = {}
    levels = onnxruntime.GraphOptimizationLevel
    for level_name, level in (("optimised", levels.ORT_ENABLE_ALL), ("plain", levels.ORT_DISABLE_ALL)):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = level
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        batch = session.run(OUTPUTS, inputs)
        rows = [session.run(OUTPUTS, {name: x[i : i + 1] for name, x in inputs.items()}) for i in range(len(inputs["ecg"]))]
        single = [np.concatenate(p) for p in zip(*rows)]
        result[level_name] = {
            name: float(max(np.abs(e - b).max(), np.abs(e - s).max()))
            for name, e, b, s in zip(OUTPUTS, expected, batch, single)
        }
    return result


def write_onnx(network: PocketK, path: Path) -> None:
    """Legacy (TorchScript) exporter: the new one writes opset 18 and up."""
    torch.onnx.export(network, (torch.zeros(2, 1, 5000), torch.zeros(2, EMBEDDING), torch.zeros(2, 1)), str(path), dynamo=False, opset_version=OPSET,
                      input_names=INPUTS, output_names=OUTPUTS, do_constant_folding=True,
                      dynamic_axes={name: {0: "B"} for name in [*INPUTS, *OUTPUTS]})
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    if any(node.op_type == "MaxPool" for node in model.graph.node):
        raise ValueError("MaxPool in the graph: the Pad/MaxPool fault of ONNX Runtime could apply")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", choices=STARTS, default=None)
    name = parser.parse_args().name or chosen_start()
    net = load_network(name)
    candidate = OUT / "candidate.onnx"
    write_onnx(net, candidate)
    differences = parity(net, candidate, parity_inputs())
    worst = max(v for level in differences.values() for v in level.values())
    print(json.dumps(differences, indent=1), f"\nlargest difference {worst:.2e}, tolerance {TOLERANCE:.0e}")
    if worst > TOLERANCE:
        raise SystemExit("parity failed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = candidate.read_bytes()
    (FOLDER / "model.onnx").write_bytes(data)
    (OUT / "export.json").write_text(json.dumps({
        "name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "opset": OPSET, "parity": differences}))
    print(FOLDER.name, len(data), "bytes")
