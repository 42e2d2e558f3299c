"""Labels that are read from real tracings: the five superclasses and the three conditions with 30 or more real positives.

Usage: OMP_NUM_THREADS=1 python training/anyecg/statements.py          needs the encoder's real records; about 2 min
The machinery is that of `training/ecg-encoder/crossfit.py` (age-sex logistic + linear ECG term on the frozen embedding, penalty
and calibration from an inner cross-validation), with the embedding of the graph that serves. PTB-XL folds 1-8 are scored
by readers that did not see the fold; the shipped weights are then fitted on all folds and on LUDB where its labels are known.

Conditions (ICD-10 categories of statements; unknown = not used):
- I44: first to third degree AV block, left bundle-branch block, fascicular block. I45: right bundle-branch block, unspecific delay.
- I25: an infarction statement of any age (PTB-XL superclass MI with likelihood above 0); LUDB "scar", not "STEMI" or "undefined".
LVH (20 positives; LUDB reads it by other criteria) and fibrillation (26) stay simulated.
"""

import argparse
import ast
import csv
import sys
from pathlib import Path

import numpy as np

from cases import OUT
from encoder import Encoder, digest
from head import STATEMENTS

sys.path.append(str(Path(__file__).resolve().parents[1] / "ecg-encoder"))

import crossfit as real_crossfit  # noqa: E402
import real as real_records  # noqa: E402
from simulators.backgrounds import data_folder  # noqa: E402

CONDITIONS = ("conduction-av-left", "conduction-other", "chronic-ischaemia")
OWN = (*range(5), 3, 3, 1)  # which statement of the encoder starts each label: CD, CD, MI for the conditions
LEFT, RIGHT = {"1AVB", "2AVB", "3AVB", "CLBBB", "ILBBB", "LAFB", "LPFB"}, {"CRBBB", "IRBBB", "IVCD", "WPW"}


def condition_labels(keys: list[str]) -> np.ndarray:
    """[n x 3] of CONDITIONS, NaN unknown."""
    root, found = data_folder() / "ecg", {}
    infarct = {r[""] for r in csv.DictReader((root / "ptbxl/scp_statements.csv").open()) if r["diagnostic_class"] == "MI"}
    for r in csv.DictReader((root / "ptbxl/ptbxl_database.csv").open()):
        codes = {k for k, v in ast.literal_eval(r["scp_codes"]).items() if v > 0}
        found[f"ptbxl-{int(r['ecg_id']):05d}"] = [float(bool(codes & s)) for s in (LEFT, RIGHT, infarct)]
    for r in csv.DictReader((root / "ludb/ludb.csv").open()):
        text, heart = r["Conduction abnormalities"].lower(), r["Ischemia"]
        left = any(s in text for s in ("av block", "av-block", "left bundle", "hemiblock"))
        right = any(s in text for s in ("right bundle", "intravin"))
        scar = 1.0 if "Scar" in heart else np.nan if "Stemi" in heart or "Undefined" in heart else 0.0
        found[f"ludb-{r['ID'].strip()}"] = [float(left), float(right), scar]
    return np.array([found[k] for k in keys])


def spline_weights(a: np.ndarray, a0: float) -> np.ndarray:
    """[17] on the head's columns (the spline's 16 and ((age - 55)/10)^2, twice) from intercept and (u, u^2, female, female u), u = (age - 60)/10."""
    out = np.zeros(17)
    out[0] = a[0] - a[1]  # u = v - 1/2, u^2 = v^2 - v + 1/4 with v = (age - 55)/10
    out[16] = a[1]
    out[7] = a[3]  # female v
    out[14] = a[2] - a[3] / 2
    out[15] = a0 - a[0] / 2 + a[1] / 4
    return out


def main(name: str = "encoder-pretrained") -> None:
    records, encoder = real_records.load(), Encoder()
    embedding = np.concatenate([encoder(records.ecg[k : k + 16])[0] for k in range(0, len(records), 16)]).astype(float)
    network = real_crossfit.load_encoder(name)
    check = real_crossfit.embed(network, records.prepared[:32])[0]
    # The graph filters all twelve leads as recorded; `prepared` derives four of them, which differ by rounding.
    if np.abs(check - embedding[:32]).max() > 0.15:
        raise SystemExit("the checkpoint is not the one that was exported")
    # The layer as it was pre-trained on simulation: the one in the graph has seen every fold.
    layer, start = (network.statements.weight.detach().numpy().astype(float).T, network.statements.bias.detach().numpy().astype(float))
    own = embedding @ layer + start
    data = list(real_crossfit.bundle(records, embedding, own[:, OWN]))
    data[2] = np.concatenate([records.labels, condition_labels(records.key)], 1)
    data, keys = tuple(data), (*STATEMENTS, *CONDITIONS)
    said = real_crossfit.crossfit(data, records.fold)
    weight, bias, age_sex, slopes, intercepts = np.zeros((8, 128)), np.zeros(8), np.zeros((8, 17)), np.zeros(8), np.zeros(8)
    for k in range(8):
        reader, _, slopes[k], intercepts[k] = real_crossfit.fitted(data, records.fold, k, np.ones(len(records), bool))
        weight[k], bias[k] = reader.term.collapsed(layer[:, OWN[k]], start[OWN[k]])
        age_sex[k] = spline_weights(reader.a, reader.a0)
        whole = embedding @ weight[k] + bias[k] + reader.age_sex(data[3])
        assert np.abs(whole - reader(embedding, data[1], data[3])).max() < 1e-3
    held = records.fold > 0
    np.savez(OUT / "statements.npz", encoder=digest(), keys=np.array(keys), weight=weight, bias=bias, age_sex=age_sex, slope=slopes, intercept=intercepts,
             labels=data[2][held], logit=said["logit"][held], raw=said["raw"][held], ageSexLogit=said["ageSex"][held], patient=records.patient[held], age=records.age[held],
             male=records.male[held], fold=records.fold[held], sha256=np.array(records.sha256), record=np.array(records.key),
             known=np.isfinite(data[2]).sum(0), positives=np.nansum(data[2], 0))
    print("real labels:", dict(zip(keys, np.nansum(data[2][held], 0).astype(int))), "with LUDB:", dict(zip(keys, np.nansum(data[2], 0).astype(int))))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--name", default="encoder-pretrained")
    main(options.parse_args().name)
