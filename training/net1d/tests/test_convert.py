"""The converter on random weights: the real size of the family, and small ones. No data folder needed."""

import json
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest
import torch

from convert import convert, load, shape_of, write_onnx
from net1d import ECGFOUNDER, Net1D, Shape, published_key

ROOT = Path(__file__).resolve().parents[3]
SMALL = Shape(leads=12, entry=16, widths=(16, 32, 32), blocks=(1, 2, 1), kernel=16, group_width=16, statements=4)


def published(shape: Shape, seed: int = 1) -> dict:
    """A random checkpoint with the published names."""
    torch.manual_seed(seed)
    network = Net1D(shape)
    return {published_key(name): tensor for name, tensor in network.state_dict().items()}


def about(folder, checkpoint, labels, **more):
    return SimpleNamespace(checkpoint=checkpoint, labels=labels, out=folder / "model", licence="MIT", source="random weights", name="random", version="0.0.1", batch_norm="auto", **more)


def files(folder, shape, wrap=lambda state: state):
    torch.save(wrap(published(shape)), folder / "weights.pth")
    (folder / "labels.txt").write_text("\n".join(f"statement {i}" for i in range(shape.statements)) + "\n")
    return folder / "weights.pth", folder / "labels.txt"


def test_a_checkpoint_of_the_real_size_becomes_a_folder(tmp_path):
    started = time.monotonic()
    written = convert(about(tmp_path, *files(tmp_path, ECGFOUNDER, lambda state: {"state_dict": state, "epoch": 3})))
    assert 30_600_000 < written["resources"]["parameters"] < 30_900_000
    assert written["outputs"][0]["shape"] == ["B", 1024] and len(written["outputs"][1]["labels"]) == 150
    assert written["preprocessing"] == {"id": "ecgfounder-1", "inGraph": False}
    assert json.loads((tmp_path / "model" / "model.json").read_text())["sha256"] == written["sha256"]
    print(f"\nreal size: {time.monotonic() - started:.1f} s, parity {written['resources']['parity']}")


def test_a_checkpoint_of_one_lead_becomes_a_folder_of_lead_i(tmp_path):
    single = Shape(**vars(SMALL) | {"leads": 1})
    written = convert(about(tmp_path, *files(tmp_path, single)))
    assert written["inputs"][0]["shape"] == ["B", 1, 5000] and written["inputs"][0]["leads"] == ["I"]


def folded(path):
    """The graph as a simplifier leaves it: what is constant (here the widths of each Pad) computed once and stored."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path.with_suffix(".folded.onnx"))
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return path.with_suffix(".folded.onnx")


def difference_in_the_server(network, path, ecg):
    """Largest difference of the embedding from PyTorch in the server's ONNX Runtime, with all optimisations and with none."""
    path.with_suffix(".f32").write_bytes(ecg.astype("<f4").tobytes())
    script = Path(__file__).with_name("server_runtime.mjs")
    ran = subprocess.run(["node", script, path, path.with_suffix(".f32"), *map(str, ecg.shape)], capture_output=True, text=True, check=True)
    with torch.no_grad():
        expected = network(torch.from_numpy(ecg))[0].numpy()
    return {level: float(np.abs(np.reshape(values, expected.shape) - expected).max()) for level, values in json.loads(ran.stdout).items()}


def test_a_pad_that_meets_a_max_pool_without_clip_is_not_written(tmp_path):
    network = load(published(SMALL), SMALL, repair=False)
    with pytest.raises(ValueError, match="MaxPool"):
        write_onnx(network, tmp_path / "m.onnx")


@pytest.mark.skipif(not (ROOT / "node_modules" / "onnxruntime-node").exists(), reason="the server's ONNX Runtime is not installed (npm ci)")
def test_without_the_clip_the_server_gives_other_numbers(tmp_path):
    """The fault that `repair` is for, in the runtime of the server: there a constant Pad is folded into the MaxPool after it."""
    state = published(SMALL)
    ecg = np.random.default_rng(5).normal(0, 1, (2, 12, 5000)).astype(np.float32)
    found = {}
    for repair in (True, False):
        network = load(state, SMALL, repair)
        write_onnx(network, tmp_path / f"{repair}.onnx", check=repair)
        found[repair] = difference_in_the_server(network, folded(tmp_path / f"{repair}.onnx"), ecg)
    print("\nwith Clip", found[True], "without", found[False])
    assert max(found[True].values()) < 1e-5
    assert found[False]["disabled"] < 1e-5 < 1e-4 < found[False]["all"]


@pytest.mark.parametrize("shape", [SMALL, ECGFOUNDER, Shape(**vars(SMALL) | {"middle": 2.0, "kernel": 7})])
def test_the_shape_is_read_from_the_weights(shape):
    assert shape_of(published(shape)) == shape


def test_batch_normalisation_is_used_only_where_it_was_trained():
    normalised = Shape(**vars(SMALL) | {"normalised": True})
    state = published(normalised)
    assert not shape_of(state).normalised
    state["first_bn.num_batches_tracked"] = torch.tensor(7)
    assert shape_of(state).normalised and shape_of(state, "no").normalised is False


def test_layers_do_what_the_description_says():
    network = Net1D(SMALL).eval()
    with torch.no_grad():
        embedding, statements = network(torch.randn(2, 12, 1250))
    assert embedding.shape == (2, 32) and statements.shape == (2, 4)
    block = network.stages[1][0]
    for parameter in block.parameters():
        parameter.data.zero_()
    x = -torch.rand(1, 16, 5)
    with torch.no_grad():
        y = block(x)
    assert torch.equal(y[0, :8], torch.zeros(8, 3)) and torch.equal(y[0, 24:], torch.zeros(8, 3))
    assert torch.equal(y[0, 8, :2], torch.maximum(x[0, 0, [0, 2]], x[0, 0, [1, 3]])) and y[0, 8, 2] == 0


@pytest.mark.parametrize("broken, message", [("labels", "labels"), ("key", "first_conv"), ("size", "size mismatch")])
def test_what_does_not_fit_is_refused(tmp_path, broken, message):
    checkpoint, labels = files(tmp_path, SMALL)
    if broken == "labels":
        labels.write_text("one\ntwo\n")
    else:
        state = published(SMALL)
        if broken == "key":
            del state["first_conv.conv.weight"]
        else:
            state["stage_list.1.block_list.1.se_fc1.weight"] = torch.zeros(3, 3)
        torch.save(state, checkpoint)
    with pytest.raises((SystemExit, ValueError, RuntimeError), match=message):
        convert(about(tmp_path, checkpoint, labels))
    assert not (tmp_path / "model").exists()
