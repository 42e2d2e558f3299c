"""Embeddings of the cohort by the encoder that serves: `inference/models/ecg-encoder-1/model.onnx` and no other.

An embedding belongs to the sha256 of the graph that made it; the cache carries it in its name, so that a head is never
trained on the embedding of another encoder than the one it names.
"""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime

from cases import OUT
from simulators.cohort_tracing import twelve

MODELS = Path(__file__).resolve().parents[2] / "inference" / "models"
ENCODER = Path(os.environ.get("ANYECG_ENCODER", MODELS / "ecg-encoder-1" / "model.onnx"))
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
SUBSETS = {"twelve": LEADS, "eight": ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V5"), "six": LEADS[:6]}
BATCH = 16


def digest(path: Path = ENCODER) -> str:
    if not path.exists():
        return "0" * 64
    return hashlib.sha256(path.read_bytes()).hexdigest()


def half_rate(x: np.ndarray) -> np.ndarray:
    """A 500 Hz tracing as a 250 Hz device would give it, brought back to 500 Hz by straight lines."""
    out = x.copy()
    out[..., 1:-1:2] = (x[..., 0:-2:2] + x[..., 2::2]) / 2
    out[..., -1] = out[..., -2]
    return out


class Encoder:
    """`encoder(ecg [n x 12 x 5000] mV, leads)` -> embedding [n x 128] float32, statements [n x 5]."""

    def __init__(self, path: Path = ENCODER, threads: int = 1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, ecg: np.ndarray, leads=LEADS) -> tuple[np.ndarray, np.ndarray]:
        mask = np.array([float(name in leads) for name in LEADS], np.float32)
        given = {"ecg": (ecg * mask[None, :, None]).astype(np.float32), "lead_mask": np.tile(mask, (len(ecg), 1))}
        return tuple(self.session.run(["embedding", "statements"], given))


def embed(part: str, stored: np.ndarray, *, leads: str = "twelve", low_rate: bool = False, workers: int = 2, report=None) -> np.ndarray:
    """[n x 128], from the cache where this encoder has made it before."""
    if os.environ.get("ANYECG_DEV"):
        return np.load(OUT / f"embedding-dev-{part}.npy")
    cache = OUT / f"embedding-{digest()[:12]}-{part}-{len(stored)}-{leads}{'-250' if low_rate else ''}.npy"
    if cache.exists():
        return np.load(cache)
    encoder, started = Encoder(), time.time()

    def run(k):
        x = twelve(stored[BATCH * k : BATCH * (k + 1)])
        return encoder(half_rate(x) if low_rate else x, SUBSETS[leads])[0]

    with ThreadPoolExecutor(workers) as pool:
        out = np.concatenate(list(pool.map(run, range(-(-len(stored) // BATCH)))))
    np.save(cache, out)
    if report:
        report(f"embedded {part} {leads}{' 250 Hz' if low_rate else ''}: {len(out)} in {time.time() - started:.0f} s")
    return out
