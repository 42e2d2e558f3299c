"""The whole of AnyECG, one command: OMP_NUM_THREADS=1 python training/anyecg/train.py [--from STEP] [--epochs 12]

Steps, each reading what the ones before it left in out/: cases (simulate the cohort, about 8 CPU minutes), ceiling (5),
embed (by the encoder that serves, 3), fit (the head, 1), statements (real labels, cross-fitted, 1), lift, report, leak,
export, publish, golden. Seeds: training 1001, validation 2002, test 3003.
"""

import argparse
import importlib
import json
import time

import torch

from cases import OUT

STEPS = ("cases", "ceiling", "embed", "fit", "statements", "lift", "beat_features", "report", "leak", "plots", "export", "publish", "golden")
MODULES = {"embed": "embed_all"}


def run(step: str, options) -> None:
    main = importlib.import_module(MODULES.get(step, step)).main
    given = {"cases": (options.workers,), "ceiling": (80000,), "fit": (options.epochs,), "statements": (options.encoder_name,)}
    main(*given.get(step, ()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="start", choices=STEPS, default=STEPS[0])
    parser.add_argument("--to", choices=STEPS, default=STEPS[-1])
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--encoder-name", default="encoder-pretrained", help="the encoder's checkpoint before it saw a real label")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    wall = OUT / "wall.json"
    minutes = json.loads(wall.read_text()) if wall.exists() else {}
    for name in STEPS[STEPS.index(chosen.start) : STEPS.index(chosen.to) + 1]:
        started, cpu = time.time(), time.process_time()
        print(f"--- {name}", flush=True)
        run(name, chosen)
        minutes[name] = {"wall": (time.time() - started) / 60, "cpu": (time.process_time() - cpu) / 60}
        wall.write_text(json.dumps(minutes))
        print(f"--- {name}: {minutes[name]['wall']:.1f} min", flush=True)
