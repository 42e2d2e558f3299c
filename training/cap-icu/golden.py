"""Golden vectors of the three folders: python training/cap-icu/golden.py [24h] [48h] [support2]

Eight simulated stays and two hostile ones (nothing known; infinities and extremes) are committed: the stay as JSON with the
features that Python makes of it, and the row as little-endian float32 (NaN = missing). Two real ones are named by path,
record and content sha256 and read from the data folder at test time. Expected: logit of ONNX Runtime, one thread, batch 1, and
the calibrated probability; of the simulated ones also the cases that the bank gives and what they make of it. Regenerate only together with a new version of the model.
"""

import hashlib
import json
import platform
import sys

import numpy as np
import onnx
import onnxruntime

import bank as cases
from calibrate import apply
from data import SET_A, SUPPORT2, held_back, stays, support_rows
from features import canonical, features_of
from judged import Shipped
from publish import MODELS, session
from recipes import RECIPES
from simulate import as_tuples, stay, support_row
from table import organs_of, support_features

TOLERANCE = 1e-5


def first_two(records: list) -> list:
    """Of the training part, the first (id, died) that lived and the first that died."""
    open_ones = [r for r in records if not held_back(r[0])]
    return [next(r[0] for r in open_ones if r[1] == died) for died in (0, 1)]


def clean(features: dict) -> dict:
    return {k: None if np.isnan(v) else v for k, v in sorted(features.items())}


def main(which: str) -> None:
    folder = MODELS / RECIPES[which].folder
    manifest = json.loads((folder / "model.json").read_text())
    names, run, vectors = manifest["inputs"][0]["features"], session(folder / "model.onnx"), []

    def expected(row: np.ndarray) -> dict:
        logit = float(run.run(None, {"features": row[None]})[0][0, 0])
        return {"logit": [float(f"{logit:.9g}")], "probability": float(f"{apply(manifest['calibration'], [logit])[0]:.9g}")}

    def row_of(features: dict) -> np.ndarray:
        return np.array([features.get(n, np.nan) for n in names], np.float32)

    shipped = Shipped(which)
    c = shipped.correction

    def retrieved(features: dict, person: dict) -> dict:
        people = {"age": np.array([features["age"]], float), **{k: np.array([person.get(k) or None], object) for k in ("sex", "race")}}
        columns = {k: np.array([v], float) for k, v in features.items()}
        index, s = cases.retrieval(people, cases.clinical(columns, 1), shipped.bank, c["cases"])
        shift = float(cases.shift(index, s, shipped.bank["error"], c["k"], c["lambda"], c["cap"], c["cases"])[0])
        return {"cases": [{"id": f"b{i + 1:04d}", "similarity": float(f"{v:.9g}")} for i, v in zip(index[0], s[0]) if i >= 0], "shift": float(f"{shift:.9g}")}

    def commit(name: str, kind: str, row: np.ndarray, extra: dict) -> None:
        (folder / "golden" / f"{name}.f32").write_bytes(row.astype("<f4").tobytes())
        vectors.append({"name": name, "kind": kind, "input": f"{name}.f32", **extra, "expected": expected(row)})

    for i in range(8):
        if which == "support2":
            row = support_row(i)
            features = support_features(row)
            features["sofa.partial"] = organs_of(features)
            content = {"columns": row, "features": clean(features), "retrieved": retrieved(features, row)}
        else:
            one = stay(i, int(which[:-1]))
            features = features_of(as_tuples(one["values"]), one["windowHours"], one["age"], one["unitKind"])
            content = {"input": one, "features": clean(features), "retrieved": retrieved(features, one)}
        (folder / "golden" / f"simulated-{i}.json").write_text(json.dumps(content) + "\n")
        commit(f"simulated-{i}", "simulated", row_of(features), {"stay": f"simulated-{i}.json"})
    commit("hostile-nothing-known", "hostile", np.full(len(names), np.nan, np.float32), {})
    extreme = np.resize(np.array([np.inf, -np.inf, 1e9, -1e9, 0], np.float32), len(names))
    commit("hostile-extremes", "hostile", extreme, {})
    if which == "support2":
        found = {r["row_id"]: r for r in support_rows()}
        real = [(i, found[i]["sha256"], support_features(found[i]), SUPPORT2) for i in first_two([(r["row_id"], int(r["hospdead"])) for r in found.values()])]
    else:
        found = {s.id: s for s in stays()}
        real = [(i, found[i].sha256, features_of(canonical(found[i].values), int(which[:-1]), found[i].age, found[i].unit), SET_A) for i in first_two([(s.id, s.died) for s in found.values()])]
    for record, sha256, features, path in real:
        vectors.append({"name": f"real-{record}", "kind": "real", "path": path, "record": record, "sha256": sha256,
                        "features": {k: features[k] for k in sorted(features)[::9] if not np.isnan(features[k])}, "expected": expected(row_of(features))})
    (folder / "golden" / "golden.json").write_text(json.dumps({
        "model": {"name": manifest["name"], "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()},
        "madeBy": "training/cap-icu/golden.py", "tolerance": TOLERANCE, "inputFormat": "little-endian float32, one value a feature in the order of model.json, NaN = missing",
        "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__, "numpy": np.__version__},
        "vectors": vectors}, indent=1) + "\n")
    print(which, len(vectors), "vectors,", sum(f.stat().st_size for f in (folder / "golden").iterdir()) // 1024, "KiB")


if __name__ == "__main__":
    for which in sys.argv[1:] or RECIPES:
        main(which)
