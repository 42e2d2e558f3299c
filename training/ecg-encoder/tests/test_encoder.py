"""Network, masks, targets and logistic pieces; no data folder needed."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import export
from batches import draw_masks, shifted, to_twelve
from crossfit import Term
from heads import ece, fast_auroc, figures, fit_logistic, fit_platt
from network import EcgEncoder
from pathology import BINARY, REGRESSION, draw_effects, targets
from pretrain import masked_bce
from real import ludb_labels, ptbxl_labels
from simulators.ecg12 import MATRIX


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(1)
    return EcgEncoder().eval()


@pytest.fixture
def ecg():
    return torch.from_numpy(np.random.default_rng(1).normal(0, 0.3, (2, 12, 5000)).astype(np.float32))


def test_lead_i_alone_goes_through_its_own_stem(network, ecg):
    alone = torch.zeros(2, 12)
    alone[:, 0] = 1
    with torch.no_grad():
        first = network(ecg, alone)[0]
        other = ecg.clone()
        other[:, 1:] = 5.0
        assert torch.equal(network(other, alone)[0], first)
        assert not torch.allclose(network(ecg, torch.ones(2, 12))[0], first)


def test_a_masked_lead_does_not_count_whatever_it_holds(network, ecg):
    mask = torch.ones(2, 12)
    mask[:, 7] = 0
    spoilt = ecg.clone()
    spoilt[:, 7] = float("nan")
    with torch.no_grad():
        assert torch.equal(network(ecg, mask)[0], network(spoilt, mask)[0])


def test_the_graph_for_training_and_the_exported_one_agree(network, ecg):
    mask = torch.ones(2, 12)
    mask[1, 1:] = 0
    with torch.no_grad():
        x = network.prepare(ecg, mask)
        assert torch.allclose(network.encode_prepared(x, torch.tensor([False, True])), network(ecg, mask)[0], atol=1e-6)


def test_flat_and_missing_tracings_give_finite_numbers(network):
    with torch.no_grad():
        for value in (0.0, float("nan"), float("inf")):
            assert all(torch.isfinite(t).all() for t in network(torch.full((1, 12, 5000), value), torch.ones(1, 12)))


def test_parity_with_onnx_runtime(network, tmp_path):
    export.write_onnx(network, tmp_path / "m.onnx")
    worst = max(v for level in export.parity(network, tmp_path / "m.onnx").values() for v in level.values())
    assert worst <= export.TOLERANCE


def test_twelve_leads_follow_from_eight():
    dipole = np.random.default_rng(2).normal(size=(3, 40))
    leads = torch.from_numpy((MATRIX @ dipole)[None])
    assert torch.allclose(to_twelve(leads[:, [0, 1, 6, 7, 8, 9, 10, 11]]), leads, atol=1e-9)


def test_a_shift_moves_and_fills_with_zeros():
    x = np.arange(5000, dtype=float).reshape(1, 1, -1) + 1
    y = shifted(x, np.random.default_rng(3))
    s = int(np.argmax(y[0, 0] > 0))
    assert (s > 0 and (y[0, 0, :s] == 0).all()) or (y[0, 0, -1] == 0 or s == 0)
    assert set(np.unique(np.diff(y[0, 0][y[0, 0] > 0]))) == {1.0}


def test_masks_hold_lead_i_alone_in_their_share():
    masks = draw_masks(np.random.default_rng(4), 4000).numpy()
    alone = (masks[:, 0] == 1) & (masks[:, 1:].sum(1) == 0)
    assert 0.36 < alone.mean() < 0.44
    assert masks.sum(1).min() >= 1


def test_targets_say_what_was_drawn():
    rng = np.random.default_rng(5)
    seen = np.zeros(len(BINARY))
    for _ in range(300):
        effects, superclasses = draw_effects(rng)
        binary, regression = targets(effects, superclasses, np.zeros((12, 10)))
        assert binary.shape == (len(BINARY),) and regression.shape == (len(REGRESSION) + 24,) and np.isfinite(regression).all()
        assert not (binary[0] == 1 and np.nansum(binary[1:5]) > 0)
        assert bool(effects.infarct) >= (binary[1] == 1)
        seen += np.nan_to_num(binary)
    assert (seen[:5] > 20).all()


def test_an_unknown_label_has_no_gradient():
    logits = torch.zeros(2, 1, requires_grad=True)
    masked_bce(logits, torch.tensor([[1.0], [float("nan")]])).backward()
    assert logits.grad[0] != 0 and logits.grad[1] == 0


def test_labels_of_both_sets():
    statements = {"IMI": {"diagnostic_class": "MI", "diagnostic": "1.0"}, "NORM": {"diagnostic_class": "NORM", "diagnostic": "1.0"}, "SR": {"diagnostic_class": "", "diagnostic": ""}}
    assert ptbxl_labels({"IMI": 35.0, "NORM": 0.0, "SR": 0.0}, statements) == [0, 1, 0, 0, 0]
    empty = dict.fromkeys(("Conduction abnormalities", "Ischemia", "Non-specific repolarization abnormalities", "Hypertrophies", "Extrasystolies"), "")
    clean = empty | {"Rhythms": "Sinus rhythm", "Electric axis of the heart": "Electric axis of the heart: normal"}
    assert ludb_labels(clean)[:4] == [1, 0, 0, 0] and np.isnan(ludb_labels(clean)[4])
    undefined = ludb_labels(clean | {"Ischemia": "Undefined ischemia/scar/supp.nstemi: apical"})
    assert undefined[0] == 0 and np.isnan(undefined[1]) and np.isnan(undefined[2])


def test_logistic_with_offset_finds_what_was_added():
    rng = np.random.default_rng(6)
    x, offset = rng.normal(size=(20000, 2)), rng.normal(size=20000)
    y = (rng.random(20000) < 1 / (1 + np.exp(-(x @ [1.0, -0.5] + 0.3 + offset)))).astype(float)
    w, b = fit_logistic(x, y, 1e-6, offset)
    assert np.allclose([*w, b], [1.0, -0.5, 0.3], atol=0.08)
    assert np.linalg.norm(fit_logistic(x, y, 1.0, offset)[0]) < np.linalg.norm(w)


def test_a_collapsed_term_is_the_same_on_the_raw_embedding():
    rng = np.random.default_rng(7)
    e, own_w = rng.normal(size=(300, 5)), rng.normal(size=5)
    own = e @ own_w + 0.7
    term = Term(e, own, (e[:, 0] > 0).astype(float), 0.1)
    w, b = term.collapsed(own_w, 0.7)
    assert np.allclose(e @ w + b, term(e, own))


def test_calibration_and_figures():
    rng = np.random.default_rng(8)
    z = rng.normal(0, 2, 4000)
    y = (rng.random(4000) < 1 / (1 + np.exp(-z))).astype(float)
    slope, intercept = fit_platt(2 * z + 1, y)
    assert slope == pytest.approx(0.5, abs=0.05) and intercept == pytest.approx(-0.5, abs=0.1)
    assert ece(1 / (1 + np.exp(-z)), y) < 0.03 < ece(1 / (1 + np.exp(-2 * z - 1)), y)
    assert fast_auroc(np.array([1.0, 2, 2, 3]), np.array([False, False, True, True])) == 0.875
    found = figures({"good": z[:, None], "chance": rng.normal(size=(4000, 1))}, y[:, None], np.arange(4000), ["A"], against="chance", draws=50)
    assert found["good"]["A"]["gainCi"][0] > 0.2 and found["chance"]["macro"]["gain"] == 0
