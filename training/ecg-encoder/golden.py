"""Golden vectors of the model folder: inputs and what the shipped graph answers.

Usage: python training/ecg-encoder/golden.py
Eight simulated tracings (all leads, 8, 6, Lead I alone) and two hostile ones are committed as little-endian float32, 12 x 5000, in
steps of 10 uV so that they compress; two real ones are named by path below the data folder and sha256 of the .dat. Expected:
ONNX Runtime, one thread, batch 1. Regenerate only together with a new model version.
"""

import hashlib
import json
import platform

import numpy as np
import onnxruntime
import torch

from export import EIGHT, OUTPUTS, SIX, mask_of, session_of
from network import SAMPLES, SUPERCLASSES
from real import load
from shared import FOLDER, SEEDS
from simulators.effects import EcgEffects, simulate12

TOLERANCE = 1e-5
CASES = (("normal", EcgEffects(), range(12)), ("inferior-infarct", EcgEffects(infarct="inferior", infarct_size=0.8), range(12)), ("left-bundle-branch-block", EcgEffects(conduction=("lbbb",)), range(12)),
         ("strain", EcgEffects(lvh=0.8, strain=0.7), range(12)), ("fibrillation-8-leads", EcgEffects(rhythm="af"), EIGHT), ("subendocardial-6-leads", EcgEffects(st_subendocardial_mv=0.15), SIX),
         ("normal-lead-1", EcgEffects(), [0]), ("potassium-lead-1", EcgEffects(potassium=7.5), [0]))


def rounded(values) -> list:
    return [float(f"{v:.9g}") for v in values]


if __name__ == "__main__":
    folder = FOLDER / "golden"
    folder.mkdir(parents=True, exist_ok=True)
    session, vectors = session_of(FOLDER / "model.onnx"), []

    def expected(ecg, mask) -> dict:
        embedding, statements = session.run(OUTPUTS, {"ecg": ecg[None].astype(np.float32), "lead_mask": mask[None]})
        return {"embedding": rounded(embedding[0]), "statements": dict(zip(SUPERCLASSES, rounded(statements[0])))}

    def commit(name, kind, ecg, mask) -> None:
        (folder / f"{name}.f32").write_bytes(ecg.astype("<f4").tobytes())
        vectors.append({"name": name, "kind": kind, "inputs": {"ecg": f"{name}.f32", "lead_mask": [int(m) for m in mask]}, "expected": expected(ecg, mask)})

    for i, (name, effects, present) in enumerate(CASES):
        mask = mask_of(present)
        ecg = np.round(simulate12(np.random.default_rng([SEEDS["test"], i]), effects) * 100) / 100 * mask[:, None]
        commit(f"simulated-{name}", "simulated", ecg, mask)
    commit("hostile-flat", "hostile", np.zeros((12, SAMPLES)), mask_of(range(12)))
    commit("hostile-nan", "hostile", np.full((12, SAMPLES), np.nan), mask_of(range(12)))
    records = load()
    for source in ("ptbxl", "ludb"):
        i = next(i for i, key in enumerate(records.key) if key.startswith(source))
        mask = mask_of(range(12))
        vectors.append({"name": f"real-{source}", "kind": "real", "path": records.path[i], "sha256": records.sha256[i], "inputs": {"lead_mask": [1] * 12}, "expected": expected(records.ecg[i], mask)})
    (folder / "golden.json").write_text(json.dumps({
        "model": {"name": "ecg-encoder", "sha256": hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()},
        "madeBy": "training/ecg-encoder/golden.py", "tolerance": TOLERANCE, "inputFormat": "little-endian float32, 12 x 5000 samples by lead, mV at 500 Hz; lead_mask in the vector",
        "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "torch": torch.__version__.split("+")[0], "numpy": np.__version__},
        "vectors": vectors}) + "\n")
    print(f"{len(vectors)} vectors, {sum(f.stat().st_size for f in folder.iterdir()) // 1024} KiB")
