"""Take over embeddings that another export of the same weights has made. Usage: ANYECG_ENCODER=<new> python training/anyecg/adopt.py <old model.onnx>

Sixty-four tracings of every part and variant are embedded anew; a difference above 1e-5 (of a value, or relative above 1) is an
error and nothing is taken over. Saves five minutes where only the graph's statement layer changed.
"""

import shutil
import sys
from pathlib import Path

import numpy as np

from cases import OUT, PARTS, load
from embed_all import ROBUST
from encoder import SUBSETS, Encoder, digest, half_rate
from simulators.cohort_tracing import twelve

PROBE, TOLERANCE = 64, 1e-5


def main(old: Path) -> None:
    encoder, moved, worst = Encoder(), [], 0.0
    variants = [(part, len(load(part).ecg), "twelve", False) for part in PARTS]
    variants += [("test", ROBUST, "eight", False), ("test", ROBUST, "six", False), ("test", ROBUST, "twelve", True)]
    for part, n, leads, low in variants:
        tail = f"-{part}-{n}-{leads}{'-250' if low else ''}.npy"
        source = OUT / f"embedding-{digest(old)[:12]}{tail}"
        x = twelve(load(part).ecg[:PROBE])
        x, known = half_rate(x) if low else x, np.load(source)[:PROBE]
        fresh = np.concatenate([encoder(x[k : k + 16], SUBSETS[leads])[0] for k in range(0, PROBE, 16)])
        worst = max(worst, float((np.abs(fresh - known) / np.maximum(np.abs(known), 1)).max()))
        moved.append((source, OUT / f"embedding-{digest()[:12]}{tail}"))
    if worst > TOLERANCE:
        raise SystemExit(f"another encoder: embeddings differ by {worst:.2e}")
    for source, target in moved:
        if source != target:
            shutil.copyfile(source, target)
    print(f"adopted {len(moved)} parts, worst difference {worst:.1e}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
