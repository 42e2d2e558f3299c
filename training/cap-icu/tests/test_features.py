import math

import numpy as np
import pytest

from data import data_path, SET_A
from features import features_of, partial_sofa
from simulate import as_tuples, stay
from table import refuse_leakage, support_features
from simulate import support_row


def test_statistics_by_hand():
    found = features_of([("mean-arterial-pressure", h, v) for h, v in ((0.2, 50), (0.8, 70), (20, 90), (23, 70), (24, 200))], 24)
    assert found["mean-arterial-pressure.mean"] == pytest.approx((60 + 90 + 70) / 3)
    assert (found["mean-arterial-pressure.first"], found["mean-arterial-pressure.last"], found["mean-arterial-pressure.low"]) == (50, 70, 1 / 3)


def test_order_and_repetition_never_matter():
    values = as_tuples(stay(3, 24)["values"])
    assert features_of(values, 24) == features_of([*values[::-1], *values[:50]], 24)


def test_no_count_of_measurements_is_a_feature():
    sparse = [("creatinine", 1.0, 1.2), ("creatinine", 20.0, 1.2)]
    dense = sparse + [("creatinine", h, 1.2) for h in (1.5, 1.7, 20.5)]
    assert features_of(sparse, 24) == pytest.approx(features_of(dense, 24))


def test_all_are_finite():
    for seed in range(8):
        assert all(math.isfinite(v) for v in features_of(as_tuples(stay(seed, 48)["values"]), 48, 60, "medical").values())


def test_partial_sofa_by_hand():
    assert partial_sofa(platelets=90, creatinine=2.1, gcs=15) == 4
    assert partial_sofa(platelets=90, creatinine=2.1) is None


@pytest.mark.parametrize(("data", "name"), [("support2", "avtisst"), ("support2", "dnr=no dnr"), ("support2", "adlp"), ("challenge2012", "SAPS-I")])
def test_training_refuses_leakage(data, name):
    with pytest.raises(ValueError, match="never an input"):
        refuse_leakage(["age", name], data)


def test_support_rows_keep_missing_apart_from_no():
    row = support_row(1) | {"ca": "", "temp": "99"}
    found = support_features(row)
    assert np.isnan(found["ca=yes"]) and np.isnan(found["temp"])


@pytest.mark.skipif(not data_path(SET_A).exists(), reason="needs the data folder")
def test_every_stay_has_an_outcome_and_its_hash_is_of_its_lines():
    from data import stays

    found = stays()
    assert (len(found), sum(s.died for s in found), len({s.sha256 for s in found})) == (4000, 554, 4000)
