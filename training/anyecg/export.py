"""Export the head to ONNX (opset 17) and check it against PyTorch: step of `train.py`.

Parity: the largest absolute difference of every output, PyTorch against ONNX Runtime with all graph optimisations and with
none, on test people and hostile input; more than 1e-5 on a probability, or relative to a logit above 1, is an error.
"""

import hashlib
import json
import os
import time
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from cases import OUT, load
from encoder import MODELS, digest, embed
from served import load_served

OPSET, TOLERANCE = 17, 1e-5
INPUTS, OUTPUTS = ["embedding", "age", "sex"], ["current", "ageSex", "hazard", "ageSexHazard"]
FOLDER = Path(os.environ.get("ANYECG_FOLDER", MODELS / "anyecg-1"))


def session(path, optimised=True):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    if not optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def probes() -> list[np.ndarray]:
    """Embedding, age, sex: 64 test people, then nothing at all, huge values, and the ends of age."""
    e = embed("test", load("test").ecg)[:64]
    hostile = np.stack([np.zeros(128), np.full(128, 1e3), np.full(128, -1e3), e[0], e[0]]).astype(np.float32)
    p = load("test").people
    age = np.r_[p.age[:64] / 100, 0.18, 0.9, 0.5, 0.0, 1.2].astype(np.float32)[:, None]
    sex = np.r_[p.female[:64], 0, 1, 0, 1, 0].astype(np.float32)[:, None]
    return [np.concatenate([e, hostile]), age, sex]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    path, network, given = FOLDER / "model.onnx", load_served(), probes()
    example = tuple(torch.from_numpy(x[:2]) for x in given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, example, str(path), opset_version=OPSET, input_names=INPUTS, output_names=OUTPUTS,
                          dynamic_axes={name: {0: "B"} for name in INPUTS + OUTPUTS}, dynamo=False)
    onnx.checker.check_model(str(path))
    with torch.no_grad():
        wanted = [t.numpy() for t in network(*(torch.from_numpy(x) for x in given))]
    worst = {}
    for name, optimised in (("optimised", True), ("plain", False)):
        got = session(path, optimised).run(OUTPUTS, dict(zip(INPUTS, given)))
        worst[name] = {o: float((np.abs(g - w) / np.maximum(np.abs(w), 1)).max()) for o, g, w in zip(OUTPUTS, got, wanted)}
        if max(worst[name].values()) > TOLERANCE or not all(np.isfinite(g).all() for g in got):
            raise SystemExit(f"parity: {worst}")
    run, times = session(path), []
    for i in range(300):
        started = time.perf_counter()
        run.run(OUTPUTS, {n: x[i % 64 : i % 64 + 1] for n, x in zip(INPUTS, given)})
        times.append((time.perf_counter() - started) * 1000)
    content = path.read_bytes()
    report = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "parity": worst, "encoder": digest(),
              "latencyMs": {"p50": float(np.percentile(times[50:], 50)), "p95": float(np.percentile(times[50:], 95))}}
    (OUT / "export.json").write_text(json.dumps(report))
    print("exported", report["sha256"][:12], len(content) // 1024, "KiB, worst difference", max(max(w.values()) for w in worst.values()))


if __name__ == "__main__":
    main()
