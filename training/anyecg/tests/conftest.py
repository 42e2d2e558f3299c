import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
for folder in (HERE.parent, HERE):
    sys.path.insert(0, str(folder))
