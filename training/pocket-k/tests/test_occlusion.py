"""Replacing segments by the person's own usual ones, on a drawn heart; no data folder needed."""

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]
from occlusion import PLANTED, SEGMENTS, USUAL, MedianBeat, pair, paired_rows, planted_rows, tracing, with_usual
from simulators.beat_edit import Effect
from simulators.delineate import Marks

PEAKS = list(range(250, 5000, 430))
LIMITS = {"p_on": -85, "p_off": -40, "qrs_on": -18, "qrs_off": 20, "t_on": 75, "t_peak": 125, "t_off": 175}
MARKS = Marks(PEAKS, LIMITS, True)


def drawn(gain: float) -> np.ndarray:
    t, x = np.arange(5000), np.zeros(5000)
    for peak in PEAKS:
        for centre, width, height in ((-62, 8, 0.12), (0, 6, 1.0), (125, 16, 0.3)):
            x += gain * height * np.exp(-0.5 * ((t - peak - centre) / width) ** 2)
    return x


HEART = SimpleNamespace(key="drawn", leads={"I": drawn(1.0), "II": drawn(0.7), "V5": drawn(1.2)})


@pytest.mark.parametrize("segment", USUAL)
def test_a_record_with_its_own_segments_is_the_same_record(segment):
    x, edges = tracing(HEART.leads["I"], MARKS, Effect(), np.random.default_rng(1))
    y = with_usual(x, edges, MedianBeat(x, edges), segment)
    # QRS takes the noise of the single beats away, the others nothing
    assert np.abs(y - x).max() < (0.15 if segment == "qrs" else 1e-9)


@pytest.mark.parametrize("segment,planted", [(s, e) for s, e in PLANTED.items()])
def test_the_own_segment_takes_the_planted_change_back(segment, planted):
    lead, still = HEART.leads["I"], lambda: np.random.default_rng(2)
    (plain, plain_edges), (changed, edges) = tracing(lead, MARKS, Effect(), still()), tracing(lead, MARKS, planted, still())
    back = with_usual(changed, edges, MedianBeat(plain, plain_edges), segment)
    # both begin with P of a beat: aligned at QRS onset, beat by beat
    def apart(x, its):
        def beats(of, at):
            return np.array([of[o - 80 : o + 200] for o in np.round(at[2:8, 2]).astype(int)])
        return np.sqrt(np.mean((np.median(beats(x, its), 0) - np.median(beats(plain, plain_edges), 0)) ** 2))
    assert apart(back, edges) < 0.25 * apart(changed, edges)


def height(x: np.ndarray) -> np.ndarray:
    """A toy score that knows one thing: what 8 % of the samples exceed (T: QRS is shorter), as a probability."""
    parts = np.sort(x, axis=1)[:, int(0.92 * x.shape[1])]
    return 1 / (1 + np.exp(-20 * (parts - 0.1)))


def test_a_toy_score_that_sees_t_names_t_by_line_and_by_own_segment():
    marks = {"drawn": MARKS}
    by_line = planted_rows(height, [HEART], marks)
    by_own = paired_rows(lambda x, reference: height(x), [HEART], marks)
    assert [r["planted"] for r in by_line] == [r["planted"] for r in by_own] == list(PLANTED)
    for rows, segments in ((by_line, SEGMENTS), (by_own, USUAL)):
        t = rows[0]
        assert t["n"] == 1 and t["first"] == 1 and t["medianDrops"]["t"] > 0.05 and tuple(t["medianDrops"]) == segments


def test_a_person_has_the_same_day_and_noise_whatever_is_planted():
    (plain, _), (reference, _) = pair(HEART, MARKS, Effect(), 3)
    (changed, edges), (again, _) = pair(HEART, MARKS, PLANTED["p"], 3)
    assert np.array_equal(reference, again) and not np.array_equal(plain, changed)
    other = pair(HEART, MARKS, Effect(), 4)[1][0]
    assert not np.array_equal(reference, other) and len(plain) == 5000 and edges.shape[1] == 6


def test_a_person_without_p_counts_for_t_and_qrs_only():
    flutter = SimpleNamespace(key="flutter", leads=HEART.leads)
    rows = paired_rows(lambda x, reference: height(x), [HEART, flutter], {"drawn": MARKS, "flutter": replace(MARKS, has_p=False)})
    assert {r["planted"]: r["n"] for r in rows} == {"t": 2, "qrs": 2, "p": 1}
