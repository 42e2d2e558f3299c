"""Golden vectors of the model folder: inputs and what the shipped graph answers.

Usage: python training/pocket-k/golden.py
Eight simulated inputs and two hostile ones (flat, all NaN) are committed as little-endian float32 files; two real ones
are named by path below the data folder and sha256 of the .dat, and only their expected outputs are committed. Every second
simulated vector has a reference: `inputs.ref` (128 values, float32) and `inputs.ref_flag` beside it; elsewhere both are zero.
Expected values: ONNX Runtime on model.onnx, one thread, batch 1. `preprocessed`: the first 20 and every 250th sample
after hb-ecg-1, from PyTorch. Regenerate only together with a new model version.
"""

import hashlib
import json
import platform

import numpy as np
import onnxruntime
import torch

from cases import marked_splits
from export import FOLDER
from hb_ecg_1 import HbEcg1
from network import LABELS
from shipped import Shipped
from simulators.generator import simulate_pair

SEED = 3003
SIMULATED = 8
TOLERANCE = 1e-5
REAL = ("ptbxl", "ludb")


def expected(model: Shipped, ecg: np.ndarray, ref: np.ndarray | None = None) -> dict:
    with torch.no_grad():
        filtered = HbEcg1()(torch.from_numpy(ecg)[None, None])[0, 0].numpy()
    out = model(ecg[None], *(() if ref is None else (ref[None], np.ones(1))))
    return {
        "preprocessed": {"first20": filtered[:20].tolist(), "every250": filtered[::250].tolist()},
        "mean": float(out["mean"][0]), "logSigma": float(np.log(out["sigma"][0])),
        "probability": dict(zip(LABELS, map(float, out["probability"][0]))),
        "embedding": out["embedding"][0].astype(float).tolist(),
    }


def rounded(value):
    """Nine significant digits, enough for float32."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


if __name__ == "__main__":
    folder = FOLDER / "golden"
    folder.mkdir(parents=True, exist_ok=True)
    splits, marks = marked_splits()
    model, vectors = Shipped(), []

    def commit_input(name: str, kind: str, ecg: np.ndarray, note: dict, ref: np.ndarray | None = None) -> None:
        (folder / f"{name}.f32").write_bytes(ecg.astype("<f4").tobytes())
        inputs = {} if ref is None else {"inputs": {"ref": ref.astype(float).tolist(), "ref_flag": [1.0]}}
        vectors.append({"name": name, "kind": kind, "input": f"{name}.f32", **inputs, **note, "expected": expected(model, ecg.astype(np.float32), ref)})

    found, index = 0, 0
    wanted = np.linspace(3.0, 8.0, SIMULATED)  # one case near each of these latent values, mmol/L
    while found < SIMULATED:
        background = splits["test"][(7 * found) % len(splits["test"])]
        ecg, other, latent = simulate_pair(background, marks[background.key], np.random.default_rng([SEED, index]), mix="balanced")
        index += 1
        if abs(latent.k - wanted[found]) < 0.3 and latent.response > 0.5:
            ref = model(other[None])["embedding"][0] if found % 2 else None
            commit_input(f"simulated-{found + 1}", "simulated", ecg, {"latentMmolPerL": round(latent.k, 3)}, ref)
            found += 1
    commit_input("hostile-flat", "hostile", np.zeros(5000), {})
    commit_input("hostile-nan", "hostile", np.full(5000, np.nan), {})
    for source in REAL:
        background = next(b for b in splits["test"] if b.key.startswith(source))
        vectors.append({"name": f"real-{source}", "kind": "real", "path": background.path, "sha256": background.sha256, "lead": "I",
                        "expected": expected(model, background.leads["I"].astype(np.float32))})
    index_file = {
        "model": {"name": "pocket-k", "sha256": hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()},
        "madeBy": "training/pocket-k/golden.py", "tolerance": TOLERANCE,
        "inputFormat": "little-endian float32, 5000 samples, mV at 500 Hz, Lead I",
        "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "torch": torch.__version__.split("+")[0], "numpy": np.__version__},
        "vectors": rounded(vectors),
    }
    (folder / "golden.json").write_text(json.dumps(index_file, indent=1) + "\n")
    print(f"{len(vectors)} vectors, {sum(f.stat().st_size for f in folder.iterdir()) // 1024} KiB")
