"""The shipped folder asked about the held-back part, as the module asks it: graph, calibration, case bank."""

import json

import numpy as np

import bank as cases
from calibrate import apply
from publish import MODELS, session
from recipes import RECIPES
from table import Table, load


class Shipped:
    def __init__(self, which: str) -> None:
        self.recipe, folder = RECIPES[which], MODELS / RECIPES[which].folder
        read = lambda name: json.loads((folder / name).read_text())
        self.folder, self.manifest, self.reference = folder, read("model.json"), read("reference.json")["features"]
        self.names, self.run = self.manifest["inputs"][0]["features"], session(folder / "model.onnx")
        stored = read("bank.json")
        self.correction, entries = stored["correction"], stored["cases"]
        self.bank = {"age": np.array([c["age"] for c in entries], float), "sex": np.array([c.get("sex") for c in entries], object),
                     "race": np.array([c.get("race") for c in entries], object), "error": np.array([c["error"] for c in entries], float),
                     "values": np.array([[c["values"].get(k, np.nan) for k in cases.KEYS] for c in entries], float)}

    def rows(self, table: Table) -> np.ndarray:
        return table.x[:, [table.names.index(n) for n in self.names]]

    def logit(self, x: np.ndarray) -> np.ndarray:
        return self.run.run(None, {"features": np.ascontiguousarray(x, np.float32)})[0][:, 0].astype(float)

    def probability(self, x: np.ndarray) -> np.ndarray:
        return apply(self.manifest["calibration"], self.logit(x))

    def served(self, table: Table, x: np.ndarray | None = None, people: dict | None = None) -> tuple[np.ndarray, np.ndarray]:
        """@returns (base, with cases)"""
        base = self.probability(self.rows(table) if x is None else x)
        index, s = cases.retrieval(people or table.people, cases.clinical(table.columns, len(base)), self.bank)
        c = self.correction
        return base, cases.moved(base, cases.shift(index, s, self.bank["error"], c["k"], c["lambda"], c["cap"], c["cases"]))


def parts(which: str, rehearse: bool = False) -> tuple[Table, Table]:
    """Training and held-back part: adults. A rehearsal takes a sixth of the training part for the other, to try the report itself."""
    table = load(which)
    adult = table.people["age"] >= 18
    held = np.array([int(i) % 6 == 0 for i in table.ids]) if rehearse else table.held
    inside = adult & ~table.held if rehearse else adult
    return table.take(~held & inside), table.take(held & inside)
