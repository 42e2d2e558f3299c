"""The five superclasses on real labels, cross-fitted over PTB-XL's eight folds with the encoder as it was pre-trained.

Usage: python training/ecg-encoder/crossfit.py [--name encoder-pretrained]     about 2 min
The encoder saw simulation only, so one encoder serves every fold. Refitted without the fold: the age-sex logistic, the ECG
term (ridge logistic on the embedding, added to the age-sex logit), its penalty and the calibration; the last two come from
an inner cross-validation over the seven other folds. LUDB adds to the training of the ECG term where its labels are known.
Writes out/crossfit.csv, out/crossfit.npz, out/superclass-head.npz (fitted on all folds).
"""

import argparse
import csv
import json
import os

for library in ("OPENBLAS", "OMP"):  # small matrices: threads of BLAS would only wait for each other
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import numpy as np
import torch

from batches import to_twelve
from heads import fit_logistic, fit_platt, sigmoid
from network import SUPERCLASSES, EcgEncoder
from real import age_sex_features, load
from shared import OUT

PENALTIES = (0.03, 0.1, 0.3, 1.0)
AGE_SEX_PENALTY = 0.01
OWN_SHARE = 4.0  # the pre-trained logit enters as a feature of this scale, so that the penalty hardly holds it back
FOLDS = range(1, 9)


@torch.no_grad()
def embed(model: EcgEncoder, prepared: np.ndarray, mask=None) -> tuple[np.ndarray, np.ndarray]:
    """prepared [n, 8, 5000] -> embedding [n, 128], pre-trained logits [n, 5]; `mask` (12,) of leads that are there."""
    model.eval()
    mask = torch.ones(12) if mask is None else torch.tensor(mask, dtype=torch.float32)
    parts = []
    for start in range(0, len(prepared), 64):
        x = to_twelve(torch.from_numpy(prepared[start : start + 64])) * mask[None, :, None]
        e = model.encode_prepared(x, torch.full((len(x),), bool(mask[0] == 1 and mask[1:].sum() == 0)))
        parts.append((e.numpy(), model.statements(e).numpy()))
    return tuple(np.concatenate(p) for p in zip(*parts))


class Term:
    """A linear ECG term of one label: standardised embedding and the pre-trained logit, with a ridge penalty."""

    def __init__(self, embedding, own, labels, penalty, offset=None):
        self.centre, self.spread = embedding.mean(0), embedding.std(0) + 0.05
        self.own = own.mean(), own.std() + 1e-6
        w, self.b = fit_logistic(self.features(embedding, own), labels, penalty, offset)
        self.w, self.own_weight = w[:-1], w[-1]

    def features(self, embedding, own):
        return np.c_[(embedding - self.centre) / self.spread, OWN_SHARE * (own - self.own[0]) / self.own[1]]

    def __call__(self, embedding, own):
        return self.features(embedding, own) @ np.r_[self.w, self.own_weight] + self.b

    def collapsed(self, own_w, own_b) -> tuple[np.ndarray, float]:
        """The same as weights and intercept on the raw embedding, given the pre-trained layer own = e . own_w + own_b."""
        scale = OWN_SHARE * self.own_weight / self.own[1]
        w = self.w / self.spread + scale * own_w
        return w, float(self.b - self.centre @ (self.w / self.spread) + scale * (own_b - self.own[0]))


class Reader:
    """Age-sex logit + ECG term of one label, fitted on `rows`; `with_age_sex` False: the ECG term alone."""

    def __init__(self, data, k, rows, penalty, with_age_sex=True):
        embedding, own, labels, features, ptbxl = data
        known = rows & np.isfinite(labels[:, k])
        people = known & ptbxl
        self.a, self.a0 = fit_logistic(features[people], labels[people, k], AGE_SEX_PENALTY)
        self.with_age_sex, self.k = with_age_sex, k
        offset = self.age_sex(features[known]) if with_age_sex else None
        self.term = Term(embedding[known], own[known, k], labels[known, k], penalty, offset)

    def age_sex(self, features):
        return features @ self.a + self.a0

    def __call__(self, embedding, own, features):
        logit = self.term(embedding, own[:, self.k])
        return logit + self.age_sex(features) if self.with_age_sex else logit


def fitted(data, fold, k, rows, with_age_sex=True):
    """Penalty and calibration by inner cross-validation over the folds of `rows`, then the reader fitted on all `rows`."""
    embedding, own, labels, features, ptbxl = data
    best = None
    inner = [f for f in FOLDS if (rows & ptbxl & (fold == f)).any()]
    for penalty in PENALTIES:
        logit = np.full(len(rows), np.nan)
        for f in inner:
            held = ptbxl & (fold == f)
            reader = Reader(data, k, rows & ~held, penalty, with_age_sex)
            logit[held] = reader(embedding[held], own[held], features[held])
        seen = np.isfinite(logit)
        slope, intercept = fit_platt(logit[seen], labels[seen, k])
        loss = np.logaddexp(0, slope * logit[seen] + intercept) - labels[seen, k] * (slope * logit[seen] + intercept)
        if best is None or loss.mean() < best[0]:
            best = (loss.mean(), penalty, slope, intercept)
    _, penalty, slope, intercept = best
    return Reader(data, k, rows, penalty, with_age_sex), penalty, slope, intercept


def crossfit(data, fold, with_age_sex=True) -> dict:
    """Held-out calibrated logits, raw logits and age-sex logits [n, 5] (NaN outside PTB-XL), penalties [8, 5]."""
    embedding, own, labels, features, ptbxl = data
    shape = labels.shape
    out = {name: np.full(shape, np.nan) for name in ("logit", "raw", "ageSex")} | {"penalty": np.zeros((8, shape[1])), "readers": {}}
    for f in FOLDS:
        held = ptbxl & (fold == f)
        for k in range(shape[1]):
            reader, penalty, slope, intercept = fitted(data, fold, k, ~held, with_age_sex)
            raw = reader(embedding[held], own[held], features[held])
            out["raw"][held, k], out["logit"][held, k], out["ageSex"][held, k] = raw, slope * raw + intercept, reader.age_sex(features[held])
            out["penalty"][f - 1, k] = penalty
            out["readers"][f, k] = (reader, slope, intercept)
    return out


def bundle(records, embedding, own):
    typical = float(np.nanmedian(records.age[records.fold > 0]))
    return embedding, own, records.labels, age_sex_features(records.age, records.male, typical), records.fold > 0


def load_encoder(name: str) -> EcgEncoder:
    model = EcgEncoder()
    model.load_state_dict(torch.load(OUT / f"{name}.pt", weights_only=True))
    return model.eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="encoder-pretrained")
    name = parser.parse_args().name
    torch.set_num_threads(1)
    records, model = load(), load_encoder(name)
    embedding, own = embed(model, records.prepared)
    data = bundle(records, embedding, own)
    both, alone = crossfit(data, records.fold), crossfit(data, records.fold, with_age_sex=False)
    heads, statements = {}, {}
    own_w, own_b = model.statements.weight.detach().numpy().astype(float), model.statements.bias.detach().numpy().astype(float)
    everything = np.ones(len(records), bool)
    for target, with_age_sex in ((heads, True), (statements, False)):
        for k, label in enumerate(SUPERCLASSES):
            reader, penalty, slope, intercept = fitted(data, records.fold, k, everything, with_age_sex)
            w, b = reader.term.collapsed(own_w[k], own_b[k])
            target[label] = {"w": w, "b": b, "a": reader.a, "a0": reader.a0, "slope": slope, "intercept": intercept, "penalty": penalty}
    stack = lambda table, field: np.array([table[label][field] for label in SUPERCLASSES])
    np.savez(OUT / "superclass-head.npz", labels=np.array(SUPERCLASSES), W=stack(heads, "w"), b=stack(heads, "b"), ageSex=stack(heads, "a"), ageSexIntercept=stack(heads, "a0"),
             ageSexFeatures=np.array(["(age - 60)/10", "((age - 60)/10)^2", "female", "female x (age - 60)/10"]), slope=stack(heads, "slope"), intercept=stack(heads, "intercept"),
             statementsW=stack(statements, "w"), statementsB=stack(statements, "b"), statementsSlope=stack(statements, "slope"), statementsIntercept=stack(statements, "intercept"),
             unknownAge=float(np.nanmedian(records.age[records.fold > 0])))
    np.savez(OUT / "crossfit.npz", key=np.array(records.key), patient=records.patient, fold=records.fold, age=records.age, male=records.male, labels=records.labels, embedding=embedding,
             own=own, logit=both["logit"], raw=both["raw"], ageSex=both["ageSex"], statements=alone["logit"], statementsRaw=alone["raw"], sha256=np.array(records.sha256))
    with (OUT / "crossfit.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["record", "patient", "fold", "label", "truth", "logit", "ageSexLogit"])
        for i in np.flatnonzero(records.fold > 0):
            for k, label in enumerate(SUPERCLASSES):
                rows.writerow([records.key[i], records.patient[i], records.fold[i], label, int(records.labels[i, k]), f"{both['logit'][i, k]:.6f}", f"{both['ageSex'][i, k]:.6f}"])
    from heads import ece, fast_auroc
    held = records.fold > 0
    y = records.labels[held] > 0.5
    for title, z in (("age-sex", both["ageSex"]), ("no fitting", own), ("ECG alone", alone["logit"]), ("ECG + age-sex", both["logit"])):
        values = [fast_auroc(z[held][:, k], y[:, k]) for k in range(5)]
        print(f"{title:14s}", np.round(values, 3), f"macro {np.mean(values):.4f}", "ECE", np.round([ece(sigmoid(z[held][:, k]), y[:, k]) for k in range(5)], 3))
    print(json.dumps({"penalties": {label: heads[label]["penalty"] for label in SUPERCLASSES}}))
