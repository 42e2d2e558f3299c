"""Everything in order. Usage: python training/ecg-encoder/train.py [--from STEP] [--minutes 24]      about 100 min on 2 busy cores

Steps: cases, pretrain, crossfit, features, ecgomics, scratch, net1d, finetune, export, report, golden, publish. `features` needs node.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from shared import HERE, OUT

REPOSITORY = HERE.parents[1]


def steps(minutes: float) -> dict:
    own = lambda name, *more: [sys.executable, str(HERE / f"{name}.py"), *map(str, more)]
    data = os.environ.get("HISBUNDLE_DATA", str(REPOSITORY / ".." / "shared" / "data"))
    features = ["node", str(REPOSITORY / "scripts" / "ecgomics-feature-table.ts"), f"{data}/ecg", str(OUT / "ecgomics-features.csv")]
    return {
        "cases": own("simulate_cases"), "pretrain": own("pretrain", "--minutes", minutes), "crossfit": own("crossfit"), "features": features,
        "ecgomics": own("baselines", "ecgomics"), "scratch": own("baselines", "scratch"), "net1d": own("baselines", "net1d"), "finetune": own("finetune"),
        "export": own("export"), "report": own("report"), "golden": own("golden"), "publish": own("publish")}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=24)
    parser.add_argument("--from", dest="first", default="cases", choices=list(steps(0)))
    options = parser.parse_args()
    todo, wall = steps(options.minutes), {}
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    OUT.mkdir(exist_ok=True)
    for name in list(todo)[list(todo).index(options.first):]:
        began = time.time()
        subprocess.run(todo[name], check=True, cwd=REPOSITORY, env=environment)
        wall[name] = round((time.time() - began) / 60, 1)
        print(name, wall[name], "min", flush=True)
    (OUT / "wall.json").write_text(json.dumps(wall))
