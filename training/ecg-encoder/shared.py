"""Where things lie, and the modules of the neighbouring training folders on the path."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
FOLDER = HERE.parents[1] / "inference" / "models" / "ecg-encoder-1"
SEEDS = {"train": 1001, "validation": 2002, "test": 3003}
for folder in (HERE.parent, HERE.parent / "pocket-k", HERE.parent / "net1d"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
