import numpy as np
import pytest

from simulators.cohort import sample
from simulators.cohort_ceiling import age_sex, fit_logits
from simulators.cohort_people import LATENTS, conditions, draw_people, edges, order
from simulators.cohort_tracing import Drawn, effects_of, trace, twelve
from simulators.ecg12 import simulate


def test_a_person_is_the_same_whatever_n_is():
    one, many = draw_people(7, 40), draw_people(7, 1500)
    assert np.array_equal(one.latents, many.latents[:40]) and np.array_equal(one.coded, many.coded[:40])


def test_a_tracing_is_the_same_whatever_n_is_and_another_one_for_another_seed():
    one, many, other = sample(7, 1), sample(7, 3), sample(8, 1)
    assert np.array_equal(one.ecg[0], many.ecg[0]) and np.array_equal(one.visible[0], many.visible[0])
    assert not np.array_equal(one.ecg, other.ecg)


def test_the_table_is_twelve_chapters_of_eight_with_about_thirty_percent_nulls():
    table = conditions()
    chapters = {c.chapter for c in table}
    assert len(table) == 96 and len(chapters) == 12 and len({c.icd10 for c in table}) == 96
    assert all(sum(c.chapter == name for c in table) == 8 for name in chapters)
    assert 0.25 <= np.mean([c.null for c in table]) <= 0.33


def test_nulls_are_joined_to_nulls_only_and_have_no_latent():
    null = {c.key for c in conditions() if c.null}
    assert all((a in null) == (b in null) for a, b, _ in edges())
    assert all(not c.loads for c in conditions() if c.null) and all(set(c.loads) <= set(LATENTS) and c.loads for c in conditions() if not c.null)


def test_causes_come_before_what_they_cause():
    keys = [c.key for c in conditions()]
    place = {keys[j]: k for k, j in enumerate(order())}
    assert all(place[a] < place[b] for a, b, _ in edges())


def test_prevalence_and_coding_are_as_the_table_says():
    p = draw_people(9, 20000)
    for j, c in enumerate(conditions()):
        if not c.only:
            assert p.present[:, j].mean() == pytest.approx(c.prevalence, rel=0.15)
    assert (p.coded & p.present).sum() / p.present.sum() == pytest.approx(0.7, abs=0.01)
    assert (p.coded & ~p.present).sum() / (~p.present).sum() == pytest.approx(0.01, abs=0.001)


def test_nobody_who_has_the_code_is_at_risk_and_follow_up_ends_with_the_event():
    p = draw_people(9, 4000)
    assert not p.seen[p.coded].any() and (p.event[p.coded] == -1).all()
    assert (p.seen[p.event >= 0] == p.event[p.event >= 0] + 1).all() and p.seen.max() == 10


def test_site_and_device_know_nothing_of_any_condition():
    p = draw_people(11, 30000)
    z = (p.coded[p.device == 1].mean(0) - p.coded[p.device == 0].mean(0)) / np.sqrt(p.coded.var(0) * 4 / len(p.age))
    assert np.abs(z).max() < 4.2


def test_given_age_and_sex_a_null_knows_nothing_of_the_latents():
    p = draw_people(13, 30000)
    x = np.concatenate([p.latents, age_sex(p.age, p.female)], 1)
    null = np.array([c.null for c in conditions()])
    weight = fit_logits(x, p.coded, l2=1e-6)[: len(LATENTS)]
    assert np.abs(weight[:, null]).max() < 0.17 < np.abs(weight[:, ~null]).max(0).mean()


def test_the_sham_tracing_does_not_depend_on_the_latents():
    person = (60.0, 1.0, np.full(len(LATENTS), 2.0), 0, 0)
    well = (60.0, 1.0, np.zeros(len(LATENTS)), 0, 0)
    assert np.array_equal(trace(5, 0, person, sham=True)[0], trace(5, 0, well)[0])
    assert not np.array_equal(trace(5, 0, person)[0], trace(5, 0, well)[0])


def test_the_waves_without_rendering_have_the_same_law():
    with_tracing, without = sample(21, 120), sample(22, 600, waves_only=True)
    gap = (with_tracing.visible.mean(0) - without.visible.mean(0)) / (without.visible.std(0) / np.sqrt(100) + 1e-6)
    assert without.ecg is None and np.abs(gap).max() < 4.5


@pytest.mark.parametrize(("latent", "at", "sign"), [("inflammation", 0, -1), ("hepatic", 37, 1), ("lung", 12, 1)])
def test_latents_move_the_tracing_in_the_textbook_direction(latent, at, sign):
    """Inflammation shortens RR, liver disease lengthens QTc, lung disease makes the first half of P taller towards the feet."""

    def shown(value):
        z = np.zeros(len(LATENTS))
        z[LATENTS.index(latent)] = value
        rows = []
        for i in range(25):
            rng = np.random.default_rng([3, i])
            drawn = Drawn(effects_of(rng, 55.0, 0.0, z), rng)
            simulate(rng, shaping=drawn, marks=False)
            rows.append(drawn.truth())
        return np.median(rows, 0)

    low, high = shown(-1.5), shown(1.5)
    assert sign * (high - low)[at] > 0, (latent, np.round(high - low, 3).tolist())


def test_twelve_leads_follow_from_eight():
    ecg = twelve(sample(7, 1).ecg)[0]
    assert ecg.shape == (12, 5000) and np.allclose(ecg[2], ecg[1] - ecg[0], atol=1e-6) and np.allclose(ecg[3] + ecg[4] + ecg[5], 0, atol=1e-5)
