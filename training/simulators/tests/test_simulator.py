"""Invariances of the potassium simulator on an invented beat train; no data folder needed."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from simulators.backgrounds import Background, split_by_patient
from simulators.beat_edit import Effect, edit_amplitudes, rebuild
from simulators.delineate import DEFAULT_OFFSETS, Marks, make_consistent
from simulators.generator import sample
from simulators.noise import add_noise
from simulators.potassium import (balanced_density, draw_potassium, draw_response, natural_density, potassium_effect)

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
    return Background("ludb-0", "ludb-0", "none", "0", "male", 50.0, False, {"I": x, "AVF": 0.4 * x, "V5": 1.2 * x})


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
