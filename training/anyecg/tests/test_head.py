import numpy as np
import torch

from fit import gates, line
from head import KEYS, LABELS, Served, Spline, Trained, parents
from lift import association, shrunk
from simulators.cohort_ceiling import age_sex


def served(gate=1.0):
    torch.manual_seed(0)
    n, all_ = len(KEYS), len(LABELS)
    rng = np.random.default_rng(0)
    return Served(Trained(np.zeros(128), np.ones(128)), {
        "gate": np.full(n, gate), "shift": np.zeros(n), "future_gate": np.full(n, gate), "future_shift": np.zeros(n), "age_sex": rng.normal(0, 0.1, (17, all_)),
        "age_sex_hazard": rng.normal(-0.3, 0.1, (16, n)), "hazard_centre": np.full(n, -4.0), "year_scale": np.linspace(1.1, 0.9, 10), "hazard_offset": np.zeros((n, 10)), "has_hazard": np.ones((1, n, 1)), "real": np.zeros((128, all_)),
        "real_bias": np.zeros(all_), "real_on": np.zeros(all_)}).eval()


def given(n=7):
    g = torch.Generator().manual_seed(1)
    return torch.randn(n, 128, generator=g), torch.rand(n, 1, generator=g) * 0.7 + 0.2, (torch.rand(n, 1, generator=g) > 0.5).float()


def test_spline_in_the_graph_is_the_one_that_was_fitted():
    _, age, sex = given()
    assert np.allclose(Spline()(age, sex).numpy(), age_sex(age.numpy()[:, 0] * 100, sex.numpy()[:, 0]), atol=1e-5)


def test_shapes_and_ranges():
    current, alone, hazard, hazard_alone = served()(*given())
    assert current.shape == alone.shape == (7, 101) and hazard.shape == hazard_alone.shape == (7, 101, 10)
    assert bool(((hazard >= 0) & (hazard <= 1)).all()) and not hazard[:, 96:].any()


def test_with_gates_at_zero_the_tracing_adds_exactly_nothing():
    current, alone, hazard, hazard_alone = served(gate=0.0)(*given())
    assert torch.equal(current, alone) and torch.equal(hazard, hazard_alone)


def test_the_age_sex_term_does_not_see_the_tracing():
    (e, age, sex), head = given(), served()
    assert torch.equal(head(e, age, sex)[1], head(-e, age, sex)[1]) and not torch.equal(head(e, age, sex)[0], head(-e, age, sex)[0])


def test_parents_are_in_the_graph_and_never_the_label_itself():
    found = parents()
    assert all(p != j + 1 for j, p in enumerate(found)) and sum(p > 0 for p in found) > 30


def test_a_gate_opens_for_an_effect_and_not_for_noise():
    rng = np.random.default_rng(3)
    n = 4000
    ecg = rng.standard_normal((n, 2))
    y = (rng.random((n, 2)) < 1 / (1 + np.exp(2 - np.stack([0.5 * ecg[:, 0], 0 * ecg[:, 0]], 1)))).astype(float)
    gate, _, z = gates(ecg, y, np.full((n, 2), -2.0))
    assert abs(gate[0] - 0.5) < 0.15 and gate[1] == 0 and z[0] > 5


def test_the_prior_holds_a_calibration_of_few_cases_near_none():
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal(40), (rng.random(40) < 0.5).astype(float)
    w, _ = line(x, y, np.zeros(40), prior=(np.array([1.0, 0.0]), np.array([0.05, 0.05])))
    assert abs(w[0] - 1) < 0.15


def test_lift_finds_a_planted_pair_and_age_alone_makes_none():
    rng = np.random.default_rng(5)
    n = 80000
    age, female = rng.uniform(20, 90, n), (rng.random(n) < 0.5).astype(float)
    p = 1 / (1 + np.exp(5 - age / 25))
    a, c = rng.random(n) < p, rng.random(n) < p
    b = rng.random(n) < np.where(a, 2.5 * p / (1 + 1.5 * p), p)
    have = np.stack([a, b, c], 1)
    adjusted, variance = association(have, age, female)
    crude, _ = association(have, age, female, stratified=False)
    assert adjusted[0, 1] > 0.5 and abs(adjusted[0, 2]) < 0.15 < crude[0, 2]
    assert abs(shrunk(adjusted, variance)[0, 1]) < abs(adjusted[0, 1])
