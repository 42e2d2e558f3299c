import numpy as np
import pytest

from simulators.ecg12 import HIDDEN_MV, LEADS, MATRIX, bump, sample, simulate
from simulators.rhythms import RHYTHMS, draw_events


def test_the_same_seed_gives_the_same_case_whatever_n_is():
    one, many = sample(7, 1)[0], sample(7, 3)[0]
    assert np.array_equal(one.leads, many.leads)
    assert [m.onset for m in one.truth] == [m.onset for m in many.truth]


def test_leads_follow_from_i_and_ii():
    leads = dict(zip(LEADS, sample(1, 1)[0].leads))
    assert np.allclose(leads["III"], leads["II"] - leads["I"])
    assert np.allclose(leads["aVR"] + leads["aVL"] + leads["aVF"], 0, atol=1e-12)
    assert MATRIX.shape == (12, 3)


def test_a_bump_is_zero_outside_its_ends_and_one_at_its_centre():
    t = np.linspace(-0.2, 0.2, 401)
    b = bump(t, 0.0, 0.05, 0.1)
    assert b.max() == pytest.approx(1)
    assert not b[t <= -0.05].any() and not b[t >= 0.1].any()


@pytest.mark.parametrize("rhythm", list(RHYTHMS))
def test_every_rhythm_draws_finite_leads_with_marks_inside_their_waves(rhythm):
    case = simulate(np.random.default_rng(3), rhythm=rhythm)
    assert np.isfinite(case.leads).all() and case.leads.shape == (12, 5000)
    seen = [m for row in case.marks for m in row if not m.hidden]
    assert {"qrs", "t"} <= {m.wave for m in seen}
    assert all(m.onset <= m.peak <= m.offset for m in seen)


@pytest.mark.parametrize("rhythm", ["af", "flutter"])
def test_fibrillation_and_flutter_have_no_p_wave(rhythm):
    for seed in range(5):
        case = simulate(np.random.default_rng(seed), rhythm=rhythm)
        assert not [m for row in case.marks for m in row if m.wave == "p"]


def test_fibrillation_is_irregular_and_sinus_rhythm_is_not():
    def spread(rhythm):
        steps = [np.diff([q for q, _ in draw_events(np.random.default_rng(s), rhythm, 30).qrs]) for s in range(10)]
        return np.mean([s.std() / s.mean() for s in steps])

    assert spread("af") > 2 * spread("sinus")


def test_third_degree_block_has_more_p_waves_than_beats_and_no_fixed_pr():
    events = draw_events(np.random.default_rng(0), "av3", 30)
    pr = [q - max(p for p, _ in events.p if p < q) for q, _ in events.qrs if q > events.p[0][0]]
    assert len(events.p) > len(events.qrs) and np.std(pr) > 0.05


def test_a_mark_that_is_not_hidden_can_be_seen():
    case = simulate(np.random.default_rng(11), rhythm="sinus")
    for row, x in zip(case.marks, case.leads):
        for m in row:
            if m.wave == "p" and not m.hidden:
                a, b = round(m.onset * 500), round(m.offset * 500) + 1
                assert np.ptp(x[a:b]) > 0.5 * HIDDEN_MV
