"""The exported model as the hospital would run it: ONNX Runtime, one thread, one record at a time."""

import time

import numpy as np
import onnxruntime

from export import FOLDER, OUTPUTS


class Shipped:
    def __init__(self, path=FOLDER / "model.onnx"):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.seconds: list[float] = []

    def __call__(self, ecg_mv: np.ndarray, report=None) -> dict:
        """[n, 5000] mV -> mean, sigma [n], probability [n, 4], embedding [n, 128]; time of each run kept."""
        parts = []
        for i, row in enumerate(ecg_mv):
            started = time.perf_counter()
            parts.append(self.session.run(OUTPUTS, {"ecg": np.asarray(row, np.float32)[None, None]}))
            self.seconds.append(time.perf_counter() - started)
            if report and (i + 1) % 2000 == 0:
                report(f"scored {i + 1}/{len(ecg_mv)}")
        mean, log_sigma, probability, embedding = [np.concatenate(p) for p in zip(*parts)]
        return {"mean": mean[:, 0].astype(float), "sigma": np.exp(log_sigma[:, 0].astype(float)),
                "probability": probability.astype(float), "embedding": embedding}
