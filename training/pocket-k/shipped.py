"""The exported model as the hospital would run it: ONNX Runtime, one thread."""

import time

import numpy as np
import onnxruntime

from export import FOLDER, OUTPUTS
from network import EMBEDDING

BATCH = 32


class Shipped:
    def __init__(self, path=FOLDER / "model.onnx"):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.takes_reference = len(self.session.get_inputs()) > 1

    def run(self, ecg_mv: np.ndarray, ref: np.ndarray | None, flag: np.ndarray | None) -> list[np.ndarray]:
        inputs = {"ecg": np.asarray(ecg_mv, np.float32).reshape(-1, 1, 5000)}
        n = len(inputs["ecg"])
        if self.takes_reference:
            inputs["ref"] = np.zeros((n, EMBEDDING), np.float32) if ref is None else np.asarray(ref, np.float32)
            inputs["ref_flag"] = np.zeros((n, 1), np.float32) if flag is None else np.asarray(flag, np.float32).reshape(n, 1)
        return self.session.run(OUTPUTS, inputs)

    def __call__(self, ecg_mv, ref=None, flag=None) -> dict:
        """[n, 5000] mV (or int16 uV) -> mean, sigma [n], probability [n, 4], embedding [n, 128]."""
        parts = []
        for start in range(0, len(ecg_mv), BATCH):
            at = slice(start, start + BATCH)
            rows = ecg_mv[at] / 1000.0 if ecg_mv.dtype == np.int16 else ecg_mv[at]
            parts.append(self.run(rows, None if ref is None else ref[at], None if flag is None else flag[at]))
        mean, log_sigma, probability, embedding = [np.concatenate(p) for p in zip(*parts)]
        return {"mean": mean[:, 0].astype(float), "sigma": np.exp(log_sigma[:, 0].astype(float)),
                "probability": probability.astype(float), "embedding": embedding}

    def latency_ms(self, ecg_mv: np.ndarray, clips: int = 1) -> np.ndarray:
        """Milliseconds of each run of `clips` tracings."""
        found = []
        for row in ecg_mv:
            x = np.repeat(np.asarray(row, np.float32)[None], clips, axis=0)
            started = time.perf_counter()
            self.run(x, None, None)
            found.append(1000 * (time.perf_counter() - started))
        return np.array(found)
