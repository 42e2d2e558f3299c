"""Invariances of the potassium simulator on an invented beat train; no data folder needed."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from simulators.backgrounds import Background, split_by_patient
from simulators.beat_edit import Effect, edit_amplitudes, held_samples, rebuild, timing_map, with_device_ends
from simulators.delineate import DEFAULT_OFFSETS, Marks, make_consistent
from simulators.ceiling import FACTORS, changed, difference
from simulators.generator import rhythm, sample, sample_pairs
from simulators.noise import add_noise
from simulators.potassium import (SPREAD, balanced_density, draw_pair, draw_potassium, draw_response, natural_density,
                                  potassium_effect)

T = np.arange(5000)
PEAKS = list(range(200, 4900, 420))
START = PEAKS[0] + int(DEFAULT_OFFSETS["p_on"])  # rebuilt records begin at the first whole beat


def beat_train() -> np.ndarray:
    x = np.zeros(5000)
    for r in PEAKS:
        for centre, sd, amplitude in ((-58, 9, 0.12), (0, 7, 1.0), (135, 20, 0.3)):
            x += amplitude * np.exp(-0.5 * ((T - r - centre) / sd) ** 2)
    return x


@pytest.fixture
def marks():
    return Marks(PEAKS, make_consistent(dict(DEFAULT_OFFSETS)), True)


def made_up_background() -> Background:
    x = beat_train()
    return Background("ludb-0", "ludb-0", "none", "0", "male", 50.0, False, {"I": x, "II": 0.9 * x, "AVF": 0.4 * x, "V5": 1.2 * x})


def test_zero_effect_changes_no_amplitude(marks):
    x = beat_train()
    np.testing.assert_array_equal(edit_amplitudes(x, marks, Effect()), x)


def test_zero_effect_at_phase_zero_rebuilds_the_record(marks):
    x = beat_train()
    np.testing.assert_allclose(rebuild(x, marks, Effect(), 4000), x[START : START + 4000], atol=1e-9)


def test_sham_at_any_phase_stays_within_ten_microvolt_of_the_shifted_record(marks):
    x = beat_train()
    y = rebuild(x, marks, Effect(), 4000, phase=0.5)
    np.testing.assert_allclose(y[:-1], 0.5 * (x[START : START + 3999] + x[START + 1 : START + 4000]), atol=0.010)


def test_t_gain_scales_the_t_wave_and_leaves_the_qrs(marks):
    x = beat_train()
    y = edit_amplitudes(x, marks, Effect(t_gain=2.0))
    assert y[PEAKS[3] + 135] == pytest.approx(2 * x[PEAKS[3] + 135], rel=0.02)
    assert y[PEAKS[3]] == pytest.approx(x[PEAKS[3]], abs=1e-3)


def test_narrow_t_shortens_the_qt_and_keeps_the_rr(marks):
    x = beat_train()
    y = rebuild(x, marks, Effect(t_width=0.6), 4000)
    above = lambda z, r: (z[r + 80 : r + 200] > 0.15).sum()
    assert above(y, PEAKS[1] - START) == pytest.approx(0.6 * above(x, PEAKS[1]), abs=4)
    r = PEAKS[4] - START
    assert np.argmax(y[r - 30 : r + 30]) == pytest.approx(30, abs=2)


def test_long_pr_moves_the_qrs_away_from_the_p(marks):
    distance = lambda z, r: np.argmax(z[r - 30 : r + 60]) - 30 - (np.argmax(z[r - 110 : r - 15]) - 110)
    shift = distance(rebuild(beat_train(), marks, Effect(pr_add_ms=30), 4000), PEAKS[1] - START + 15)
    assert shift >= 58 + 8


@pytest.mark.parametrize("rr_scale", [0.6, 1.5])
def test_any_rate_fills_the_asked_length_without_steps(marks, rr_scale):
    y = rebuild(beat_train(), marks, Effect(rr_scale=rr_scale), 5400)
    assert len(y) == 5400 and np.isfinite(y).all() and np.abs(np.diff(y)).max() < 0.2


def test_no_potassium_effect_between_3_5_and_5():
    for k in (3.5, 4.2, 5.0):
        assert potassium_effect(k, 2.0, np.random.default_rng(1)) == Effect()


def test_effect_grows_with_potassium_and_is_nil_without_response():
    rng = np.random.default_rng(1)
    widths = [potassium_effect(k, 1.0, rng).t_width for k in (5, 5.5, 6, 7, 8.9)]
    assert widths == sorted(widths, reverse=True) and min(widths) >= 0.5
    assert potassium_effect(6.9, 0.0, rng) == Effect()


def test_natural_mix_has_the_stated_prevalences():
    rng = np.random.default_rng(5)
    k = np.array([draw_potassium(rng, "natural") for _ in range(40000)])
    assert np.mean(k >= 5.5) == pytest.approx(0.02, abs=0.003)
    assert np.mean(k >= 6.0) == pytest.approx(0.007, abs=0.002)
    assert np.mean(k < 3.5) == pytest.approx(0.03, abs=0.004)


def test_densities_integrate_to_one_and_non_responders_are_a_third():
    grid = np.linspace(2.0, 9.2, 20001)
    for density in (natural_density, balanced_density):
        assert np.trapezoid(density(grid), grid) == pytest.approx(1, abs=2e-3)
    rng = np.random.default_rng(6)
    r = np.array([draw_response(rng) for _ in range(20000)])
    assert np.mean(r < 0.2) == pytest.approx(0.35, abs=0.02)


def test_same_seed_same_cases_and_sham_keeps_the_truth(marks):
    args = ([made_up_background()], {"ludb-0": marks})
    a = sample(3003, 6, *args, mix="balanced")
    b = sample(3003, 6, *args, mix="balanced")
    np.testing.assert_array_equal(a[0], b[0])
    sham = sample(3003, 6, *args, mix="balanced", sham=True)
    assert [l.k for l in sham[1]] == [l.k for l in a[1]] and (sham[0] != a[0]).any()
    assert (sample(3004, 6, *args, mix="balanced")[0] != a[0]).any()


def test_noise_of_strength_zero_is_none():
    x = beat_train()
    assert add_noise(x, np.random.default_rng(1), 0.0) is x


def test_nobody_is_in_two_parts():
    people = [Background(f"ludb-{i}", f"ludb-{i // 2}", "", "", "", 50.0, False, {}) for i in range(60)]
    parts = split_by_patient(people)
    sets = [{r.patient for r in part} for part in parts.values()]
    assert sum(map(len, sets)) == len(set.union(*sets)) == 30 and all(sets)


def test_a_rebuilt_record_ends_as_its_device_ends_records(marks):
    x = beat_train()
    x[-50:] = x[-51]
    y = with_device_ends(rebuild(x, marks, Effect(t_gain=1.5), 5000, phase=0.3), x, marks)
    assert held_samples(x)[1] == 50 and held_samples(y)[1] == 50
    noisy = beat_train() + np.random.default_rng(1).normal(0, 0.001, 5000)
    noisy[-40:] += np.random.default_rng(2).normal(0, 0.02, 40)
    y = with_device_ends(rebuild(noisy, marks, Effect(), 5000, phase=0.3), noisy, marks)
    fast = lambda z: np.abs(np.diff(z)).mean()
    assert fast(y[-35:]) > 0.7 * fast(noisy[-35:]) and fast(y[-400:-350]) < 0.3 * fast(noisy[-35:])


def test_a_pair_shares_what_is_chronic_and_not_what_is_acute():
    pairs = [draw_pair(np.random.default_rng([7, i]), "balanced", False)[0] for i in range(3000)]
    assert all(3.5 <= l.reference_k <= 5.0 for l in pairs)
    own = np.log([l.total_effect["qrs_width"] / l.potassium_effect["qrs_width"] for l in pairs])
    other = np.log([l.reference_effect["qrs_width"] for l in pairs])
    assert np.std(own - other) == pytest.approx(np.sqrt(2) * SPREAD["qrs_width"][1], rel=0.1)
    failing = np.array(["heart-failure" in l.conditions for l in pairs])
    assert np.mean(other[failing]) > np.mean(other[~failing]) + 0.1
    raised = np.array(["raised-rate" in l.conditions for l in pairs])
    rates = np.log([l.reference_effect["rr_scale"] for l in pairs])
    assert abs(np.mean(rates[raised]) - np.mean(rates[~raised])) < 0.03


def test_references_are_other_records_of_the_same_beats(marks):
    args = ([made_up_background()], {"ludb-0": marks})
    ecg, reference, latents, _ = sample_pairs(3003, 4, *args, mix="balanced")
    assert ecg.shape == reference.shape == (4, 5000) and (ecg != reference).any(axis=1).all()
    alone = sample(3003, 4, *args, mix="balanced")
    np.testing.assert_array_equal(alone[0], ecg)
    assert [l.k for l in alone[1]] == [l.k for l in latents]


def test_a_long_strip_varies_its_rhythm(marks):
    steps = rhythm(np.random.default_rng(3))
    new, _ = timing_map(marks, Effect(), 15002, steps)
    beats = np.diff(new[np.diff(new, prepend=-1) > 0.01][0::6])
    assert 0.005 < np.std(beats) / np.mean(beats) < 0.1


def test_wave_sizes_follow_the_factors():
    factors = np.ones((1, len(FACTORS)), np.float32)
    for i, name in enumerate(FACTORS):
        if name.endswith(("_ms", "_mv")):
            factors[0, i] = 0
    sizes = np.arange(1.0, 13.0)[None]
    np.testing.assert_array_equal(changed(sizes, factors), sizes)
    more = factors.copy()
    more[0, FACTORS.index("t_gain")], more[0, FACTORS.index("pr_add_ms")] = 2, 30
    assert changed(sizes, more)[0, 0] == 2 and changed(sizes, more)[0, 4] == 35
    assert difference(more, factors)[0, 0] == 2 and difference(more, factors)[0, 4] == 30
