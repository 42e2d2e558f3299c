"""Order, preprocessing and parity of the Pocket-K network; no data folder needed."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]
from export import TOLERANCE, parity, write_onnx
from hb_ecg_1 import AVERAGE, CLIP, GAIN, PAD, HbEcg1
from metrics import auroc, expected_calibration_error, operating_point, rule_out
from network import PocketK

T = torch.arange(5000) / 500


@pytest.fixture
def network():
    torch.manual_seed(1)
    return PocketK().eval()


def test_risks_are_ordered_for_any_input(network):
    with torch.no_grad():
        mean, log_sigma, p, embedding = network(torch.randn(16, 1, 5000))
    assert (p[:, 0] >= p[:, 1]).all() and (p[:, 1] >= p[:, 2]).all() and (p[:, 0] + p[:, 3] <= 1 + 1e-6).all()
    assert embedding.shape == (16, 128) and ((mean > 3.0) & (mean < 8.5)).all()


def test_temperature_keeps_the_order(network):
    network.temperature.fill_(1.7)
    test_risks_are_ordered_for_any_input(network)


def test_hb_ecg_1_takes_away_level_and_mains_and_keeps_ten_hertz():
    filtered = lambda x: HbEcg1()(x.reshape(1, 1, -1).float())[0, 0, 1000:4000]
    assert filtered(torch.full((5000,), 3.0)).abs().max() < 1e-3
    assert filtered(torch.sin(2 * torch.pi * 60 * T)).abs().max() < 0.02
    assert filtered(torch.sin(2 * torch.pi * 10 * T)).abs().max() == pytest.approx(2.0, rel=0.02)


def test_hb_ecg_1_reads_what_is_not_finite_as_zero():
    x = torch.randn(1, 1, 5000)
    holes = x.clone()
    holes[0, 0, 100:105] = torch.tensor([float("nan"), float("inf"), -float("inf"), float("nan"), float("inf")])
    x[0, 0, 100:105] = 0
    assert torch.equal(HbEcg1()(holes), HbEcg1()(x))


def test_hb_ecg_1_equals_its_definition_by_convolution():
    x = torch.randn(4, 1, 5000).double()
    average = torch.full((1, 1, AVERAGE), 1 / AVERAGE).double()
    padded = torch.nn.functional.pad(x, (PAD, PAD), mode="replicate")
    base = torch.conv1d(torch.conv1d(padded, average), average)
    high = padded[:, :, AVERAGE - 1 : 1 - AVERAGE] - base
    expected = (torch.conv1d(high, HbEcg1().low_pass.double()) * GAIN).clamp(-CLIP, CLIP)
    assert (HbEcg1()(x.float()) - expected).abs().max() < 2e-6


def test_onnx_equals_pytorch_with_and_without_optimisation(network, tmp_path):
    write_onnx(network, tmp_path / "model.onnx")
    hostile = np.zeros((3, 1, 5000), np.float32)
    hostile[1], hostile[2, 0, 500:900] = np.nan, np.inf
    ecg = np.concatenate([np.random.default_rng(1).normal(0, 0.3, (3, 1, 5000)).astype(np.float32), hostile])
    differences = parity(network, tmp_path / "model.onnx", ecg)
    assert max(v for level in differences.values() for v in level.values()) <= TOLERANCE


def test_auroc_counts_ties_half_and_follows_weights():
    score, y = np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, True, False, True])
    assert auroc(score, y, np.ones(4)) == pytest.approx(0.875)  # by hand: pairs 1, 1, .5, 1 of 4
    assert auroc(score, y, np.array([1.0, 1.0, 0.0, 1.0])) == 1.0


def test_constant_score_rules_out_all_at_98_and_nobody_at_99():
    y = np.arange(1000) < 20
    assert rule_out(np.zeros(1000), y, np.ones(1000), 0.98, 0.02) == pytest.approx(1.0)
    assert rule_out(np.zeros(1000), y, np.ones(1000), 0.99, 0.02) == 0.0


def test_operating_point_by_hand():
    point = operating_point(np.array([0.9, 0.1, 0.8, 0.2]), np.array([True, True, False, False]), np.ones(4), 0.5, 0.5)
    assert (point["sensitivity"], point["specificity"], point["ppv"], point["npv"]) == (0.5, 0.5, 0.5, 0.5)


def test_calibration_error_of_a_constant_is_its_distance_from_the_rate():
    y = np.random.default_rng(2).random(20000) < 0.3
    assert expected_calibration_error(np.full(20000, 0.3), y, np.ones(20000)) < 0.03
    assert expected_calibration_error(np.full(20000, 0.5), y, np.ones(20000)) == pytest.approx(0.2, abs=0.02)
