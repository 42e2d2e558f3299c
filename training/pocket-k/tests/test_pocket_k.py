"""Order, preprocessing and parity of the Pocket-K network; no data folder needed."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]
from calibration import beta_of, calibrate, conformal_quantile, fit_beta
from export import TOLERANCE, parity, with_references, write_onnx
from hb_ecg_1 import AVERAGE, CLIP, GAIN, PAD, HbEcg1
from metrics import auroc, clustered, expected_calibration_error, interval_of, operating_point, resampled_aurocs, rule_out
from network import EMBEDDING, LABELS, PocketK
from out_of_distribution import distances, fit

T = torch.arange(5000) / 500


@pytest.fixture
def network():
    torch.manual_seed(1)
    return PocketK().eval()


def test_risks_are_ordered_for_any_input(network):
    with torch.no_grad():
        flag = (torch.arange(16) % 2).float()[:, None]
        mean, log_sigma, p, embedding = network(torch.randn(16, 1, 5000), torch.rand(16, EMBEDDING), flag)
    assert (p[:, 0] >= p[:, 1]).all() and (p[:, 1] >= p[:, 2]).all() and (p[:, 0] + p[:, 3] <= 1 + 1e-6).all()
    assert embedding.shape == (16, 128) and ((mean > 3.0) & (mean < 8.5)).all()


def test_temperature_keeps_the_order(network):
    network.temperature.copy_(torch.tensor([1.7, 0.8]))
    test_risks_are_ordered_for_any_input(network)


def test_a_reference_counts_only_with_its_flag_and_leaves_the_embedding_alone(network):
    ecg, ref = torch.randn(4, 1, 5000), torch.rand(4, EMBEDDING) * 3
    with torch.no_grad():
        without, unflagged, flagged = (network(ecg, r, torch.full((4, 1), f)) for r, f in ((torch.zeros_like(ref), 0.0), (ref, 0.0), (ref, 1.0)))
    assert all(torch.equal(a, b) for a, b in zip(without, unflagged))
    assert torch.equal(without[3], flagged[3]) and (without[0] != flagged[0]).all()


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
    differences = parity(network, tmp_path / "model.onnx", with_references(ecg))
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


def test_resampled_aurocs_equal_the_plain_ones():
    rng = np.random.default_rng(4)
    score, y, w, people = rng.normal(size=400).round(1), rng.random(400) < 0.3, rng.random(400), rng.integers(0, 12, 400)
    value, interval = interval_of(resampled_aurocs(score, y, w, people, draws=300))
    plain, plain_interval = clustered(auroc, people, score, y, w, draws=300)
    assert value == pytest.approx(plain, abs=1e-12) and interval == pytest.approx(plain_interval, abs=1e-9)


def test_beta_calibration_finds_a_known_distortion():
    rng = np.random.default_rng(5)
    score = rng.beta(1, 8, 40000)
    true = beta_of(score, {"a": 1.6, "b": 0.7, "c": 0.8})
    y, w = rng.random(40000) < true, np.ones(40000)
    assert np.abs(beta_of(score, fit_beta(score, y, w)) - true).mean() < 0.01
    assert expected_calibration_error(score, y, w) > 0.02


def test_calibrated_risks_are_ordered_again():
    params = {label: {"a": 1.0, "b": 1.0, "c": c} for label, c in zip(LABELS, (-2.0, 1.0, 2.0, 0.0))}
    p = calibrate(np.array([[0.5, 0.4, 0.3, 0.01]]), params)[0]
    assert p[0] == p[1] == p[2] < 0.5


def test_conformal_quantile_covers_nine_of_ten():
    rng = np.random.default_rng(6)
    mean, sigma = rng.normal(4, 1, 20000), rng.uniform(0.2, 1, 20000)
    k = mean + 1.7 * sigma * rng.standard_t(5, 20000)
    quantile = conformal_quantile(k[::2], mean[::2], sigma[::2], np.ones(10000))
    assert np.mean(np.abs(k - mean)[1::2] <= quantile * sigma[1::2]) == pytest.approx(0.9, abs=0.01)


def test_distance_is_that_of_the_covariance():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(5000, 6)) @ (np.eye(6) + 0.2 * rng.normal(size=(6, 6))) + 3  # well conditioned: shrinkage is then small
    d = distances(x, fit(x))
    assert np.mean(d**2) == pytest.approx(6, rel=0.03) and distances(x[:1] + 100, fit(x))[0] > d.max()
