import numpy as np
import pytest

from figures import auroc, c_index, compared, cumulative, ece, horizon, pooled_slope, slope, subgroup_gap


def draw(n=4000, seed=0, strength=1.0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    return x, rng.random(n) < 1 / (1 + np.exp(2 - strength * x)), rng


def test_auroc_counts_ties_half():
    assert auroc(np.array([1.0, 1.0, 0.0, 2.0]), np.array([True, False, False, True])) == pytest.approx(0.875)


def test_the_paired_interval_agrees_with_drawing_people():
    x, y, rng = draw()
    base = x + rng.standard_normal(len(x))
    found = compared(x, base, y)
    drawn = [auroc(x[i], y[i]) - auroc(base[i], y[i]) for i in (rng.integers(0, len(x), len(x)) for _ in range(300))]
    assert found["gain"] == pytest.approx(auroc(x, y) - auroc(base, y))
    assert found["gainCi"] == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.006)


def test_a_score_beside_itself_gains_exactly_nothing():
    x, y, _ = draw(500)
    assert compared(x, x, y)["gain"] == 0 and compared(x, x, y)["gainCi"] == [0, 0]


def test_ece_is_small_for_true_probabilities_and_large_for_wrong_ones():
    x, y, _ = draw(20000)
    p = 1 / (1 + np.exp(2 - x))
    assert ece(p, y) < 0.012 < 0.1 < ece(np.clip(3 * p, 0, 1), y)


def test_gap_needs_enough_in_both_groups():
    x, y, rng = draw(600)
    sex = rng.random(600) < 0.5
    assert subgroup_gap(x, y, {"sex": {"a": sex, "b": ~sex}}, least=10)[0] is not None
    assert subgroup_gap(x, y, {"sex": {"a": sex, "b": ~sex}}, least=500)[0] is None


def test_c_index_by_hand_with_a_censored_person():
    # Event in year 0 (score 2), event in year 3 (score 1), followed 5 years (score 0), left after 1 year (score 9).
    event, seen, score = np.array([0, 3, -1, -1]), np.array([1, 4, 5, 1]), np.array([2.0, 1.0, 0.0, 9.0])
    # Pairs: (1,2) right, (1,3) right, (1,4) wrong: followed beyond year 0; (2,3) right. The one who left is no pair for year 3.
    assert c_index(score, event, seen) == pytest.approx(3 / 4)


def test_cumulative_risk_by_hand_never_falls():
    assert cumulative(np.array([[[0.1, 0.2]]]))[0, 0] == pytest.approx([0.1, 0.28])


def test_weights_of_a_horizon_undo_leaving():
    rng = np.random.default_rng(1)
    n, rate = 60000, 0.05
    onset, leave = rng.exponential(1 / rate, n), rng.exponential(1 / 0.08, n)
    event = np.where((onset < leave) & (onset < 10), np.floor(onset), -1).astype(int)
    seen = np.where(event >= 0, event + 1, np.round(np.minimum(leave, 10))).astype(int)
    known, had, weight = horizon(event, seen, 10, float(np.exp(-0.08)))
    assert np.average(had[known], weights=weight[known]) == pytest.approx(1 - np.exp(-10 * rate), abs=0.02)


def test_slopes_find_a_known_slope():
    x, y, _ = draw(40000, strength=0.5)
    assert slope(x, y.astype(float), np.ones(len(x))) == pytest.approx(0.5, abs=0.05)
    other = draw(40000, seed=5, strength=0.5)
    assert pooled_slope([(x, y.astype(float), np.ones(len(x))), (other[0], other[1].astype(float), np.ones(len(x)))]) == pytest.approx(0.5, abs=0.04)
