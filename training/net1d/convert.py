"""Turn a published PyTorch checkpoint of the Net1D family into a model folder for `ecg-encoder/1`.

Usage: python training/net1d/convert.py CHECKPOINT --labels LABELS.txt --out FOLDER --licence LICENCE --source TEXT
           [--name ecgfounder] [--version 1.0.0] [--batch-norm auto|yes|no]
CHECKPOINT: a state dict, or a file that holds one under `state_dict`; it is read with weights_only. LABELS.txt: one statement a
line, in the order of the last layer. The shape (leads, widths, blocks, kernel, groups) is read from the weights. A checkpoint of
one lead makes a folder whose input is Lead I. The ONNX file is compared with PyTorch with all graph optimisations and with
none; over 1e-4 of the largest output nothing is written,
nor where a MaxPool directly follows a Pad. Then: `hisbundle models check FOLDER`.
"""

import argparse
import hashlib
import json
import re
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from net1d import Net1D, Shape, published_key

OPSET, SAMPLES, RATE_HZ, TOLERANCE = 17, 5000, 500, 1e-4
LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
SENTENCE = ("Research prototype, not a medical device. Not for clinical use. These weights were brought by the site and have not been "
            "validated on patients of this hospital; confirm by the standard test before acting.")


def state_of(path: Path) -> dict:
    """The tensors of a checkpoint by their published names; a prefix `module.` of parallel training is taken away."""
    content = torch.load(path, map_location="cpu", weights_only=True)
    state = content.get("state_dict", content)
    return {re.sub(r"^module\.", "", name): tensor for name, tensor in state.items() if isinstance(tensor, torch.Tensor)}


def shape_of(state: dict, batch_norm: str = "auto") -> Shape:
    """Read the shape from the tensors. @raises ValueError where they are not of the family."""
    try:
        entry = state["first_conv.conv.weight"]
        last = state["dense.weight"]
    except KeyError as missing:
        raise ValueError(f"not a Net1D checkpoint: no {missing}") from None
    blocks, widths = [], []
    while f"stage_list.{len(widths)}.block_list.0.conv3.conv.weight" in state:
        i = len(widths)
        widths.append(state[f"stage_list.{i}.block_list.0.conv3.conv.weight"].shape[0])
        blocks.append(sum(1 for name in state if re.fullmatch(rf"stage_list\.{i}\.block_list\.\d+\.conv3\.conv\.weight", name)))
    if not widths:
        raise ValueError("not a Net1D checkpoint: no stages")
    middle = state["stage_list.0.block_list.0.conv2.conv.weight"]
    groups = middle.shape[0] // middle.shape[1]
    trained = int(state.get("first_bn.num_batches_tracked", torch.tensor(0))) > 0
    return Shape(leads=entry.shape[1], entry=entry.shape[0], widths=tuple(widths), blocks=tuple(blocks), kernel=entry.shape[2], group_width=widths[0] // groups,
                 statements=last.shape[0], middle=middle.shape[0] / widths[0], normalised=trained if batch_norm == "auto" else batch_norm == "yes")


def load(state: dict, shape: Shape, repair: bool = True) -> Net1D:
    """Every parameter of our network from the checkpoint. @raises KeyError, RuntimeError where one is missing or of another size."""
    network = Net1D(shape, repair)
    network.load_state_dict({name: state[published_key(name)] for name in network.state_dict()})
    return network.eval()


def write_onnx(network: Net1D, path: Path, check: bool = True) -> None:
    """Legacy (TorchScript) exporter: the new one writes opset 18 and up. @raises ValueError for a Pad before a MaxPool (see net1d.py)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter on tracing Python integers, which are fixed here
        torch.onnx.export(network, (torch.zeros(1, network.shape.leads, SAMPLES),), str(path), dynamo=False, opset_version=OPSET, input_names=["ecg"],
                          output_names=["embedding", "statements"], dynamic_axes={name: {0: "B"} for name in ("ecg", "embedding", "statements")})
    model = onnx.load(path)
    onnx.checker.check_model(model)
    maker = {output: node.op_type for node in model.graph.node for output in node.output}
    if check and any(node.op_type == "MaxPool" and maker.get(node.input[0]) == "Pad" for node in model.graph.node):
        raise ValueError("a Pad directly before a MaxPool: ONNX Runtime may fold it and pad with minus infinity")


def parity(network: Net1D, path: Path, seed: int = 3003) -> dict:
    """Largest difference from PyTorch by output, as a share of its largest value (at least 1), with all optimisations and with none."""
    rng = np.random.default_rng(seed)
    shape = (network.shape.leads, SAMPLES)
    wave = np.sin(np.arange(SAMPLES) / 40)[None] * rng.normal(0, 1, (network.shape.leads, 1))
    ecg = np.stack([rng.normal(0, 1, shape), np.zeros(shape), wave - 1.5]).astype(np.float32)
    with torch.no_grad():
        expected = dict(zip(("embedding", "statements"), (t.numpy() for t in network(torch.from_numpy(ecg)))))
    out = {}
    for name, level in (("optimised", onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL), ("plain", onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level, options.intra_op_num_threads = level, 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        found = dict(zip(expected, session.run(list(expected), {"ecg": ecg})))
        out[name] = {k: float(np.abs(found[k] - v).max() / max(1.0, np.abs(v).max())) for k, v in expected.items()}
    return out


def manifest(shape: Shape, labels: list, sha256: str, differences: dict, about) -> dict:
    leads = LEADS if shape.leads == 12 else ["I"]
    return {
        "implements": "ecg-encoder/1", "name": about.name, "version": about.version, "file": "model.onnx", "sha256": sha256, "opset": OPSET, "licence": about.licence,
        "source": about.source,
        "inputs": [{"name": "ecg", "dtype": "float32", "shape": ["B", shape.leads, SAMPLES], "axes": ["batch", "lead", "time"], "unit": "1", "rateHz": RATE_HZ, "leads": leads}],
        "preprocessing": {"id": "ecgfounder-1", "inGraph": False},
        "outputs": [
            {"name": "embedding", "role": "embedding", "shape": ["B", shape.embedding], "activationInGraph": True, "labels": []},
            {"name": "statements", "role": "logit", "shape": ["B", shape.statements], "activationInGraph": False,
             "labels": [{"key": label, "coding": [], "show": True} for label in labels]}],
        "aggregation": {"clips": "mean"}, "calibration": {"method": "none"},
        "training": {"kind": "real", "data": [], "note": "by the publisher of the checkpoint"}, "metrics": [], "subgroups": [],
        "intendedUse": "Research: statements and an embedding of a 10 s ECG, by weights that the site brought.", "notForClinicalUse": True,
        "notForClinicalUseSentence": SENTENCE, "exclusions": ["shorter than 8 s", "sampled below 250 Hz", "unacceptable signal quality"],
        "resources": {"parameters": about.parameters, "bytes": about.bytes, "parity": differences},
    }


def convert(about) -> dict:
    state = state_of(about.checkpoint)
    shape = shape_of(state, about.batch_norm)
    if shape.leads not in (1, 12):
        raise SystemExit(f"{shape.leads} leads: neither 12 nor one")
    labels = [line.strip() for line in about.labels.read_text().splitlines() if line.strip()]
    if len(labels) != shape.statements or len(set(labels)) != len(labels):
        raise SystemExit(f"{len(labels)} labels ({len(set(labels))} different) for {shape.statements} statements")
    network = load(state, shape)
    about.parameters = sum(p.numel() for p in network.parameters())
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / "model.onnx"
        write_onnx(network, candidate)
        differences = parity(network, candidate)
        worst = max(v for level in differences.values() for v in level.values())
        if worst > TOLERANCE:
            raise SystemExit(f"parity failed: {worst:.2e} over {TOLERANCE:.0e}")
        data = candidate.read_bytes()
    about.bytes = len(data)
    about.out.mkdir(parents=True, exist_ok=True)
    (about.out / "model.onnx").write_bytes(data)
    content = manifest(shape, labels, hashlib.sha256(data).hexdigest(), differences, about)
    (about.out / "model.json").write_text(json.dumps(content, indent=2) + "\n")
    return content


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path)
    for name in ("labels", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("licence", "source"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--name", default="net1d")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--batch-norm", choices=("auto", "yes", "no"), default="auto")
    written = convert(parser.parse_args())
    print(written["name"], written["sha256"][:12], json.dumps(written["resources"]["parity"]), file=sys.stderr)
