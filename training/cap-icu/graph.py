"""One ONNX graph (opset 17, standard operators) of boosted oblivious trees; NaN is handled inside.

Oblivious trees are evaluated by gathers: each tree asks the same question on a level, so its leaf is a binary number. That
takes 4 bytes a threshold and 4 a leaf, a tenth of a TreeEnsembleRegressor of the same trees.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

#: What a missing value is for a tree (CatBoost nan_mode Min): below every threshold, also below the lowest float, which parts it from the rest.
BELOW = np.float32(-np.inf)


@dataclass
class Trees:
    """Sum over trees of leaves[t, sum_d 2^d (x[feature[t, d]] > border[t, d])] + bias."""

    feature: np.ndarray
    border: np.ndarray
    leaves: np.ndarray
    bias: float
    #: [features] what stands for a missing value; absent: below every threshold
    fill: np.ndarray | None = None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        x = np.where(np.isnan(x), BELOW if self.fill is None else self.fill, x).astype(np.float32)
        powers = 2 ** np.arange(self.feature.shape[1])
        out = np.full(len(x), self.bias)
        for feature, border, leaves in zip(self.feature, self.border, self.leaves):
            out += leaves[((x[:, feature] > border) * powers).sum(1)]
        return out


def trees_of(models: list, fill: np.ndarray | None = None) -> Trees:
    """Mean of CatBoost models with numeric features, nan_mode Min, as one sum."""
    feature, border, leaves, bias, depth = [], [], [], 0.0, max(m.get_all_params()["depth"] for m in models)
    for model in models:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.json"
            model.save_model(str(path), format="json")
            text = json.loads(path.read_text())
        scale, (shift,) = text["scale_and_bias"]
        bias += shift / len(models)
        for tree in text["oblivious_trees"]:
            splits = tree.get("splits") or []
            f = [s["float_feature_index"] for s in splits] + [0] * (depth - len(splits))
            b = [s["border"] for s in splits] + [np.inf] * (depth - len(splits))
            feature.append(f)
            border.append(b)
            values = np.asarray(tree["leaf_values"], float) * scale / len(models)
            leaves.append(np.resize(values, 2**depth))
    return Trees(np.asarray(feature, np.int64), np.asarray(border, np.float32), np.asarray(leaves, np.float32), bias, fill)


class Writer:
    def __init__(self) -> None:
        self.nodes, self.constants, self.count = [], [], 0

    def constant(self, value: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes) -> str:
        self.count += 1
        name = f"v{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name


def write_trees(g: Writer, trees: Trees, x: str, missing: str) -> str:
    count, depth = trees.feature.shape
    f32 = lambda v: np.asarray(v, np.float32)
    border = np.where(np.isinf(trees.border), np.float32(3e38), trees.border)
    stands = BELOW.reshape(()) if trees.fill is None else f32(trees.fill)
    picked = g.node("Gather", g.node("Where", missing, g.constant(stands), x), g.constant(trees.feature.ravel()), axis=1)
    asked = g.node("Cast", g.node("Greater", picked, g.constant(f32(border.ravel()))), to=TensorProto.FLOAT)
    asked = g.node("Reshape", asked, g.constant(np.asarray([-1, count, depth], np.int64)))
    leaf = g.node("MatMul", asked, g.constant(f32(2 ** np.arange(depth))[:, None]))
    leaf = g.node("Reshape", leaf, g.constant(np.asarray([-1, count], np.int64)))
    # Exact in float32 below 2^24.
    leaf = g.node("Add", leaf, g.constant(f32(np.arange(count) * 2**depth)))
    value = g.node("Gather", g.constant(f32(trees.leaves.ravel())), g.node("Cast", leaf, to=TensorProto.INT64))
    total = g.node("ReduceSum", value, g.constant(np.asarray([1], np.int64)), keepdims=1)
    return g.node("Add", total, g.constant(f32([trees.bias])))


def write(trees: Trees, features: int, path: Path) -> None:
    g = Writer()
    # What is not finite is missing: infinity minus infinity is NaN as well.
    missing = g.node("IsNaN", g.node("Sub", "features", "features"))
    g.nodes.append(helper.make_node("Identity", [write_trees(g, trees, "features", missing)], ["logit"]))
    graph = helper.make_graph(g.nodes, "icu-mortality",
                              [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["B", features])],
                              [helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["B", 1])], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="training/cap-icu")
    model.ir_version = 8
    checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())
