from dataclasses import fields

import numpy as np
import pytest

from simulators.ecg12 import LEADS
from simulators.effects import EcgEffects, simulate12

AT = {name: i for i, name in enumerate(LEADS)}


def mean_of(change, measure, n=24):
    """Mean of `measure([12 x 5000])` over the same n people with and without the change."""
    cases = [[measure(simulate12(np.random.default_rng(seed), EcgEffects(**c))) for seed in range(n)] for c in ({}, change)]
    return np.nanmean(cases[0]), np.nanmean(cases[1])


def span(lead):
    return lambda x: np.ptp(x[AT[lead]])


def beat(x):
    """Mean beat [12 x 400] around the largest spatial speed, from 200 ms before."""
    speed = np.linalg.norm(np.diff(x[[0, 1, 6, 7, 10]], axis=1), axis=0)
    top, peaks = speed.max(), []
    for i in np.argsort(-speed):
        if speed[i] < 0.5 * top:
            break
        if 120 <= i < 4700 and all(abs(i - p) > 150 for p in peaks):
            peaks.append(i)
    return np.mean([x[:, p - 100 : p + 300] for p in peaks], axis=0)


def test_every_effect_changes_the_tracing_and_the_same_seed_repeats_it():
    changes = {"mean_rate": 90, "heart_rate_factor": 1.3, "hrv_factor": 0.2, "rhythm": "af", "pr_add_ms": 60, "p_gain": 2, "p_add_ms": 30, "left_atrium": 1, "right_atrium": 1,
               "conduction": ("rbbb",), "ivcd_ms": 30, "qrs_gain": 1.5, "axis_turn_deg": 40, "lvh": 1, "strain": 1, "rvh": 1, "t_gain": 0.5, "t_turn_deg": 60, "qt_add_ms": 40,
               "potassium": 7.0, "calcium": 1.8, "low_voltage": 0.5, "habitus": 2, "st_subendocardial_mv": 0.15, "t_inversion": 1}
    together = {"infarct": dict(infarct="inferior", infarct_size=1), "infarct_size": dict(infarct="anterior", infarct_size=0.5), "ischaemia": dict(ischaemia="lateral", t_inversion=1),
                "st_territorial_mv": dict(ischaemia="inferior", st_territorial_mv=0.2), "potassium_response": dict(potassium=7.0, potassium_response=0.1)}
    plain = simulate12(np.random.default_rng(4))
    assert np.array_equal(plain, simulate12(np.random.default_rng(4), EcgEffects()))
    for field in fields(EcgEffects):
        change = together.get(field.name) or {field.name: changes[field.name]}
        assert np.abs(simulate12(np.random.default_rng(4), EcgEffects(**change)) - plain).max() > 0.01, field.name


@pytest.mark.parametrize("territory, lead", [("inferior", "aVF"), ("anterior", "V2"), ("lateral", "I")])
def test_a_scar_takes_the_first_forces_away_from_its_territory(territory, lead):
    before, after = mean_of({"infarct": territory, "infarct_size": 1.0}, lambda x: beat(x)[AT[lead], 80:115].min())
    assert after < before - 0.2


@pytest.mark.parametrize("change, lead, higher", [({"lvh": 1.0}, "V5", True), ({"low_voltage": 0.4}, "II", False)])
def test_voltage_grows_and_falls_where_it_should(change, lead, higher):
    before, after = mean_of(change, span(lead))
    assert (after > 1.15 * before) if higher else (after < 0.6 * before)


def test_right_ventricular_hypertrophy_makes_r_in_v1_tall():
    before, after = mean_of({"rvh": 1.0}, lambda x: beat(x)[AT["V1"], 80:140].max())
    assert after > before + 0.3


def test_an_anterior_axis_block_turns_the_inferior_leads_down():
    before, after = mean_of({"conduction": ("lafb",)}, lambda x: beat(x)[AT["aVF"], 80:130].sum())
    assert after < before - 1


def test_subendocardial_ischaemia_lowers_st_in_v5_and_raises_avr():
    low, high = (mean_of({"st_subendocardial_mv": 0.2}, lambda x, lead=lead: beat(x)[AT[lead], 150:165].mean() - beat(x)[AT[lead], 55:62].mean()) for lead in ("V5", "aVR"))
    assert low[1] < low[0] - 0.05 and high[1] > high[0] + 0.03


def test_potassium_makes_t_taller_in_v3_and_more_so_than_in_lead_i():
    ratio = {}
    for lead in ("I", "V3"):
        before, after = mean_of({"potassium": 7.0}, lambda x, lead=lead: np.abs(beat(x)[AT[lead], 170:280]).max())
        ratio[lead] = after / before
    assert ratio["V3"] > ratio["I"] > 1.05


def test_noise_keeps_einthovens_law():
    x = simulate12(np.random.default_rng(2), noise=1.0)
    assert np.abs(x[AT["I"]] + x[AT["III"]] - x[AT["II"]]).max() < 1e-9
    assert np.abs(x - simulate12(np.random.default_rng(2))).max() > 0.005
