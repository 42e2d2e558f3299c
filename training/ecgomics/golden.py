"""Golden vectors of the model folder: inputs and what the shipped graph answers.

Usage: python training/ecgomics/golden.py
Eight simulated leads and two hostile ones (flat, all NaN) are committed as little-endian float32 files; two real ones are
named by path below the data folder and sha256 of the .dat, Lead I, every second of the first 4,992 samples. Expected: logits
of every 4 ms sample of ONNX Runtime, one thread, batch 1, at every 16th sample, class by class. Regenerate only together
with a new model version.
"""

import hashlib
import json
import platform

import numpy as np
import onnxruntime
import torch

from augment import low_passed, plain
from data import SEEDS, ludb, sha256_of
from export import FOLDER, session_of
from network import WINDOW
from simulators.ecg12 import simulate

RHYTHMS = ("sinus", "af", "flutter", "av1", "av3", "pvc", "wpw", "paced-dual")
TOLERANCE, EVERY = 1e-5, 16


def expected(session, ecg: np.ndarray) -> dict:
    logits = session.run(["logits"], {"ecg": ecg.astype(np.float32)[None, None]})[0][0]
    return {"logits": [float(f"{v:.9g}") for v in logits[:, ::EVERY].ravel()]}


if __name__ == "__main__":
    folder = FOLDER / "golden"
    folder.mkdir(parents=True, exist_ok=True)
    session, vectors = session_of(FOLDER / "model.onnx"), []

    def commit(name: str, kind: str, ecg: np.ndarray, note: dict) -> None:
        (folder / f"{name}.f32").write_bytes(ecg.astype("<f4").tobytes())
        vectors.append({"name": name, "kind": kind, "input": f"{name}.f32", **note, "every": EVERY, "expected": expected(session, ecg)})

    for i, rhythm in enumerate(RHYTHMS):
        case = simulate(np.random.default_rng([SEEDS["test"], i]), rhythm=rhythm)
        commit(f"simulated-{rhythm}", "simulated", plain(low_passed(case.leads[1].astype(np.float32)), np.zeros(5000, np.int8))[0], {"lead": "II"})
    commit("hostile-flat", "hostile", np.zeros(WINDOW), {})
    commit("hostile-nan", "hostile", np.full(WINDOW, np.nan), {})
    for number in (131, 132):
        lead = ludb([number])[0].x[: 2 * WINDOW : 2]
        vectors.append({"name": f"real-ludb-{number}", "kind": "real", "path": f"ecg/ludb/data/{number}.dat", "sha256": sha256_of(number),
                        "lead": "I", "take": {"every": 2, "count": WINDOW}, "every": EVERY, "expected": expected(session, lead)})
    (folder / "golden.json").write_text(json.dumps({
        "model": {"name": "ecg-delineator", "sha256": hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()},
        "madeBy": "training/ecgomics/golden.py", "tolerance": TOLERANCE,
        "inputFormat": "little-endian float32, 2496 samples, mV at 250 Hz, one lead",
        "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "torch": torch.__version__.split("+")[0], "numpy": np.__version__},
        "vectors": vectors}) + "\n")
    print(f"{len(vectors)} vectors, {sum(f.stat().st_size for f in folder.iterdir()) // 1024} KiB")
