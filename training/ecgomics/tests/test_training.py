import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from augment import augmented, plain, window  # noqa: E402
from data import label, simulated, simulated_label  # noqa: E402
from hb_ecg_1d import HbEcg1d  # noqa: E402
from network import Delineator  # noqa: E402
from scoring import judge, waves  # noqa: E402
from train import loss_of  # noqa: E402


def test_labels_are_unjudged_outside_the_marks_and_where_an_edge_is_missing():
    y, span = label([(1, 600, 620, 640), (2, None, 700, 730), (3, 800, 850, 900)])
    assert span == (600, 900)
    assert (y[:600] == -1).all() and (y[901:] == -1).all()
    assert (y[600:641] == 1).all() and (y[700:731] == 2).all() and y[645] == 0
    assert (y[650:700] == -1).all()


def test_simulated_edges_are_not_judged():
    lead = simulated(5, 12)[1]
    changes = np.flatnonzero(np.diff(lead.y))
    assert all(-1 in (lead.y[i], lead.y[i + 1]) for i in changes)


def test_a_window_beyond_the_end_is_not_judged():
    x, y = window(np.arange(5000.0), np.zeros(5000, np.int8), 100, 2)
    assert (y[2450:] == -1).all() and (y[:2450] == 0).all() and x[-1] == 4999


def test_scaling_time_moves_labels_with_samples():
    x = np.zeros(5000, np.float32)
    y = np.zeros(5000, np.int8)
    x[2000:2100], y[2000:2100] = 10.0, 2
    for seed in range(5):
        out, labels = augmented(x, y, np.random.default_rng(seed), simulated=False)
        middle = np.flatnonzero(labels == 2).mean()
        assert abs(np.flatnonzero(np.abs(out) > 0.7 * np.abs(out).max()).mean() - middle) < 60


def test_preprocessing_removes_an_offset_and_missing_samples():
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.normal(0, 0.1, (1, 1, 2496)), dtype=torch.float32)
    filtered = HbEcg1d()(x)
    assert torch.allclose(HbEcg1d()(x + 5), filtered, atol=1e-5)
    x[0, 0, 100:200] = float("nan")
    assert torch.isfinite(HbEcg1d()(x)).all()


def test_the_network_does_not_mind_gain():
    network = Delineator().eval()
    x = torch.tensor(np.random.default_rng(1).normal(0, 0.5, (1, 1, 2496)), dtype=torch.float32)
    with torch.no_grad():
        a, b = network(x), network(2 * x)
    assert a.shape == (1, 4, 2496)
    assert float((a.softmax(1) - b.softmax(1)).abs().max()) < 0.02


def test_waves_lie_where_probabilities_cross():
    p = np.full((4, 200), 0.0)
    p[0] = 1
    p[2, 100:120], p[0, 100:120] = 1, 0
    ((kind, onset, offset),) = waves(p)
    assert (kind, onset, offset) == (2, 99.5 * 4, 119.5 * 4)


def test_perfect_answers_score_one():
    class Lead:
        rhythm, span, marks = "Sinus rhythm", (0, 4000), [(2, 1000, 1020, 1050)]

    result = judge([([(2, 2000.0, 2100.0)], Lead())])
    assert result["qrs.f1"] == 1 and result["qrs.onset.meanMs"] == 0


def test_unjudged_samples_do_not_count_in_the_loss():
    logits = torch.zeros(1, 4, 10)
    y = torch.full((1, 10), -1)
    y[0, :5] = 1
    other = logits.clone()
    other[0, 3, 5:] = 50
    assert torch.allclose(loss_of(logits, y), loss_of(other, y))


def test_plain_keeps_every_second_sample():
    x, _ = plain(np.arange(5000.0), np.zeros(5000, np.int8))
    assert x[0] == 0 and x[1] == 2 and len(x) == 2496
