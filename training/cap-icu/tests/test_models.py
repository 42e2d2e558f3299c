import numpy as np
import pytest

import bank as cases
from calibrate import apply, ece, fit, line
from graph import Trees, write
from publish import session


def trees(rng, count=40, depth=4, features=6) -> Trees:
    return Trees(rng.integers(0, features, (count, depth)), rng.normal(size=(count, depth)).astype(np.float32), rng.normal(size=(count, 2**depth)).astype(np.float32), 0.3,
                 np.array([0.5, -np.inf, 0, -np.inf, 1, -np.inf], np.float32))


def test_graph_says_what_the_trees_say(tmp_path):
    rng = np.random.default_rng(1)
    model, x = trees(rng), rng.normal(size=(200, 6)).astype(np.float32)
    x[rng.random(x.shape) < 0.2] = np.nan
    write(model, 6, tmp_path / "m.onnx")
    got = session(tmp_path / "m.onnx").run(None, {"features": x})[0][:, 0]
    assert np.abs(got - model(x)).max() < 1e-5


def test_graph_takes_what_is_not_finite_as_missing(tmp_path):
    write(trees(np.random.default_rng(2)), 6, tmp_path / "m.onnx")
    run = session(tmp_path / "m.onnx")
    ask = lambda v: run.run(None, {"features": np.full((1, 6), v, np.float32)})[0][0, 0]
    assert ask(np.inf) == ask(-np.inf) == ask(np.nan)


def test_catboost_becomes_the_same_trees():
    catboost = pytest.importorskip("catboost")
    from ensemble import fit_trees

    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 5)).astype(np.float32)
    x[rng.random(x.shape) < 0.3] = np.nan
    y = (np.nan_to_num(x[:, 0]) + rng.normal(size=400) > 0).astype(int)
    model = catboost.CatBoostClassifier(iterations=30, depth=3, verbose=0, allow_writing_files=False, nan_mode="Min", thread_count=1).fit(x, y)
    from graph import trees_of

    assert np.abs(trees_of([model])(x) - model.predict(x, prediction_type="RawFormulaVal")).max() < 1e-5
    # Monotone: a higher age never lowers the risk.
    found = fit_trees(x, y, ["age", "a", "b", "c", "d"], range(1), iterations=30, depth=3)
    older = x.copy()
    older[:, 0] += 1
    known = ~np.isnan(x[:, 0])
    assert (found(older)[known] >= found(x)[known] - 1e-9).all()


@pytest.mark.parametrize("method", ["platt", "beta", "isotonic"])
def test_calibration_finds_a_known_distortion(method):
    rng = np.random.default_rng(4)
    z = rng.normal(-1.5, 1.2, 20000)
    y = (rng.random(20000) < 1 / (1 + np.exp(-(0.6 * z + 0.4)))).astype(int)
    p = apply(fit(method, z, y), z)
    slope, intercept = line(y, p)
    assert abs(slope - 1) < 0.05 and abs(intercept) < 0.02 and ece(y, p) < 0.015


def test_retrieval_by_hand():
    # Equal in all but creatinine (1 and 2 mg/dL, two limits between them): by the weights of specs 06 section 3.
    a = np.array([[np.nan, 5, 10, 2, 1.0, np.nan, 80]])
    b = np.array([[np.nan, 5, 10, 2, 2.0, np.nan, 80]])
    distance = np.log(2) / np.log(10 / 0.3) + 0.2
    assert cases.similarity(a, b)[0, 0] == pytest.approx(1 - 2 * distance / (3 + 2 + 2 + 2 + 1.5))
    assert np.isnan(cases.similarity(a[:, :], np.where(np.arange(7) < 4, b, np.nan))[0, 0])


def test_shift_is_bounded_and_has_the_sign_of_the_errors():
    index, s = np.array([[0, 1], [0, -1]]), np.array([[0.9, 0.9], [0.9, 0]])
    assert cases.shift(index, s, np.array([1.5, 1.5]), 10, 2, 0.7).tolist() == [0.7, 0.7]
    # specs 06 section 4 by hand: .9 / 2.9.
    assert cases.shift(index, s, np.array([1.0, 0.0]), 1, 2, 0.7)[1] == pytest.approx(0.9 / 2.9)
