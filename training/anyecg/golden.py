"""Golden vectors of the head: embeddings, ages and sexes, and what the exported graph answers. Step of `train.py`.

Ten embeddings of simulated test people and two hostile ones (nothing; every value 50) stand as numbers in golden.json; two real
ones are embeddings of PTB-XL records by the encoder that the head names. Expected: ONNX Runtime, one thread, batch 1.
"""

import json
import platform

import numpy as np
import onnxruntime

from cases import OUT, load
from encoder import Encoder, digest, embed
from export import FOLDER, INPUTS, OUTPUTS, session
from head import LABELS
from simulators.backgrounds import data_folder, load_ptbxl

SIMULATED, REAL, TOLERANCE = 10, 2, 1e-5
ORDER = ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6")


def short(values) -> list[float]:
    """Nine significant digits, enough for float32."""
    return [float(f"{v:.9g}") for v in np.asarray(values, float).ravel()]


def main() -> None:
    folder = FOLDER / "golden"
    folder.mkdir(parents=True, exist_ok=True)
    graph, people = session(FOLDER / "model.onnx"), load("test").people
    embedding = embed("test", load("test").ecg)
    cases = [(f"simulated-{i + 1}", "simulated", embedding[i], people.age[i] / 100, people.female[i], {}) for i in range(SIMULATED)]
    cases += [("hostile-nothing", "hostile", np.zeros(128), 0.5, 0, {}), ("hostile-fifty", "hostile", np.full(128, 50.0), 0.9, 1, {})]
    encoder = Encoder()
    for record in load_ptbxl(data_folder())[:REAL]:
        ecg = np.array([record.leads[name] for name in ORDER], np.float32)[None]
        source = {"madeFrom": record.path, "madeFromSha256": record.sha256}
        cases.append((f"real-{record.key}", "real", encoder(ecg)[0][0], record.age / 100, float(record.sex == "female"), source))
    vectors = []
    for name, kind, e, age, sex, source in cases:
        given = {"embedding": short(np.float32(e)), "age": short([np.float32(age)]), "sex": [float(sex)]}
        out = graph.run(OUTPUTS, {k: np.array(v, np.float32).reshape(1, -1) for k, v in given.items()})
        # Every label's hazards of age and sex alone, in two vectors only: they are the longest and change the least.
        said = OUTPUTS if len(vectors) < 2 else OUTPUTS[:3]
        expected = {o: dict(zip(LABELS, short(x))) if o in ("current", "ageSex") else short(x) for o, x in zip(said, out)}
        vectors.append({"name": name, "kind": kind, **source, "inputs": given, "expected": expected})
    (folder / "golden.json").write_text(json.dumps({
        "model": {"name": "anyecg", "sha256": json.loads((OUT / "export.json").read_text())["sha256"]}, "encoder": digest(),
        "madeBy": "training/anyecg/golden.py", "tolerance": TOLERANCE, "inputs": INPUTS,
        "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "numpy": np.__version__},
        "vectors": vectors}) + "\n")
    print(len(vectors), "vectors,", (folder / "golden.json").stat().st_size // 1024, "KiB")


if __name__ == "__main__":
    main()
