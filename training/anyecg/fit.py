"""Fit the AnyECG head on the frozen encoder's embedding: second step of `train.py`.

Order: age-sex splines (frozen from here on), the label-embedding head, then on half of the validation people the gate of every
label (0 where the tracing adds nothing beyond chance), and on the other half the calibration, shrunk towards none.
Planted nulls and the latents are not used: the head sees embedding, age, sex and coded labels only.
"""

import json
import time

import numpy as np
import torch
from scipy.special import expit
from torch import nn

from cases import OUT, load
from encoder import digest, embed
from figures import pooled_slope
from head import KEYS, Trained
from simulators.cohort_ceiling import age_sex, fit_hazard, fit_logits, yearly
from simulators.cohort_people import YEARS, conditions

SEED, BATCH, PEAK = 1001, 256, 3e-3
DECORRELATION, FUTURE_WEIGHT, FOCUS = 0.1, 1.0, 1.0
AGE_SEX_RIDGE = 3e-5
GATE_Z = 2.33  # one-sided 1 %: what a label without any ECG effect passes by chance
PRIOR = (np.array([1.0, 0.0]), np.array([0.15, 0.15]))  # of the calibration: slope 1 and intercept 0, standard deviations
SIMULATED = np.array([not c.real for c in conditions()])


class Rows:
    """One part as tensors, the cohort itself and its age-sex terms."""

    def __init__(self, part: str, embedding: np.ndarray):
        self.cohort = load(part)
        p = self.cohort.people
        self.embedding = torch.from_numpy(embedding)
        self.age = torch.from_numpy((p.age / 100).astype(np.float32))[:, None]
        self.sex = torch.from_numpy(p.female.astype(np.float32))[:, None]
        self.spline = age_sex(p.age, p.female).astype(np.float64)
        self.coded = p.coded
        self.at_risk, self.had = yearly(p)

    def __len__(self):
        return len(self.age)


def focal(logits, target, prevalence):
    """Cross-entropy of every label weighed by the square root of its rarity, hard cases first: (1 - p_true)^(FOCUS x rarity)."""
    loss = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    rare = torch.clamp(1 - prevalence / 0.1, min=0)
    wrong = 1 - torch.exp(-loss)
    return (loss * wrong.detach() ** (FOCUS * 0.25 * rare) / torch.sqrt(prevalence)).mean() * 0.25


def decorrelation(ecg, age):
    """Mean squared correlation of the ECG terms with age in the batch."""
    a = (age - age.mean()) / (age.std() + 1e-6)
    z = (ecg - ecg.mean(0)) / (ecg.std(0) + 1e-6)
    return ((a * z).mean(0) ** 2).mean()


def fit_trained(train: Rows, validation: Rows, terms: dict, epochs: int, columns=None, report=print) -> tuple[Trained, list]:
    """@param columns which labels are learnt (mask over 96); default: all simulated ones. @returns the best epoch and the curve"""
    torch.manual_seed(SEED)
    mean, scale = train.embedding.mean(0).numpy(), train.embedding.std(0).numpy() + 0.1
    model = Trained(mean, scale)
    use = torch.from_numpy(np.flatnonzero(SIMULATED if columns is None else columns))
    prevalence = torch.from_numpy(train.coded.mean(0).astype(np.float32)).clamp(min=0.002)[use]
    parts = {name: {"now": torch.from_numpy((rows.spline @ terms["age_sex"]).astype(np.float32)),
                    "next": torch.from_numpy((rows.spline @ terms["age_sex_hazard"]).astype(np.float32)),
                    "coded": torch.from_numpy(rows.coded.astype(np.float32)), "risk": torch.from_numpy(rows.at_risk.astype(np.float32)),
                    "had": torch.from_numpy(rows.had.astype(np.float32))} for name, rows in (("train", train), ("validation", validation))}

    def losses(rows, part, i):
        today, future = model(rows.embedding[i], rows.age[i], rows.sex[i])
        now = (today + part["now"][i])[:, use]
        z = (future + part["next"][i])[:, use]
        hazard = part["risk"][i][:, use] * nn.functional.softplus(z) - part["had"][i][:, use] * z
        return focal(now, part["coded"][i][:, use], prevalence), (hazard / torch.sqrt(prevalence)).mean() * 0.25, decorrelation(today[:, use], rows.age[i])

    optimiser = torch.optim.AdamW(model.parameters(), PEAK, weight_decay=0.02)
    steps = len(train) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK, total_steps=epochs * steps + 1, pct_start=0.2)
    curve, best = [], (np.inf, None)
    for epoch in range(epochs):
        model.train()
        order, total = torch.randperm(len(train)), 0.0
        for k in range(steps):
            optimiser.zero_grad()
            a, b, c = losses(train, parts["train"], order[BATCH * k : BATCH * (k + 1)])
            loss = a + FUTURE_WEIGHT * b + DECORRELATION * c
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) / steps
        model.eval()
        with torch.no_grad():
            a, b, c = losses(validation, parts["validation"], torch.arange(len(validation)))
        held = float(a + FUTURE_WEIGHT * b)
        curve.append({"epoch": epoch + 1, "train": total, "validation": held, "today": float(a), "future": float(b), "ageCorrelation": float(c)})
        report(f"epoch {epoch + 1}: train {total:.4f} validation {held:.4f}")
        if held < best[0]:
            best = (held, {k: v.clone() for k, v in model.state_dict().items()})
    model.load_state_dict(best[1])
    return model.eval(), curve


def ecg_terms(model: Trained, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    with torch.no_grad():
        return tuple(x.numpy().astype(np.float64) for x in model(rows.embedding, rows.age, rows.sex))


def newton(loss_terms, start, prior=None):
    """Two parameters by Newton's method. loss_terms(w) -> (gradient [2], hessian [2 x 2]). @returns w, covariance"""
    w = np.array(start, float)
    for _ in range(30):
        g, h = loss_terms(w)
        if prior is not None:
            stiff = 1 / np.square(prior[1])
            g, h = g + (w - prior[0]) * stiff, h + np.diag(stiff)
        step = np.linalg.solve(h + 1e-9 * np.eye(2), g)
        w = w - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return w, np.linalg.inv(h + 1e-9 * np.eye(2))


def line(x, y, offset, weight=None, prior=None):
    """Logistic y ~ offset + w0 x + w1, rows weighed: (w, covariance). y may be a share, weight a number of years."""
    weight = np.ones(len(y)) if weight is None else weight
    design = np.stack([x, np.ones_like(x)], 1)

    def terms(w):
        p = expit(offset + design @ w)
        return design.T @ (weight * (p - y)), (design * (weight * p * (1 - p))[:, None]).T @ design

    return newton(terms, [1.0, 0.0] if prior is not None else [0.5, 0.0], prior)


def gates(ecg, y, offset, weight=None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Factor, shift and z value of each column; factor 0 (and shift 0) where z is below GATE_Z."""
    gate, shift, z = (np.zeros(ecg.shape[1]) for _ in range(3))
    for j in range(ecg.shape[1]):
        w, cov = line(ecg[:, j], y[:, j], offset[:, j], None if weight is None else weight[:, j])
        z[j] = w[0] / np.sqrt(cov[0, 0])
        if z[j] >= GATE_Z:
            gate[j], shift[j] = w[0], w[1] / w[0]
    return gate, shift, z


def halves(n: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.random.default_rng(SEED).permutation(n)
    return order[: n // 2], order[n // 2 :]


def fit_served(train: Rows, validation: Rows, model: Trained, terms: dict) -> tuple[dict, dict]:
    """Gates from one half of validation, calibration from the other. @returns (buffers of `Served`, calibration)"""
    first, second = halves(len(validation))
    today, future = ecg_terms(model, validation)
    now, after = validation.spline @ terms["age_sex"], validation.spline @ terms["age_sex_hazard"]
    gate, shift, z = gates(today[first], validation.coded[first].astype(float), now[first])
    share = validation.had / np.maximum(validation.at_risk, 1)
    future_gate, future_shift, future_z = gates(future[first], share[first], after[first], validation.at_risk[first])
    gate[~SIMULATED], shift[~SIMULATED] = 0, 0
    future_gate[~SIMULATED], future_shift[~SIMULATED] = 0, 0
    params = {}
    for j, key in enumerate(KEYS):
        if not SIMULATED[j]:
            continue
        logit = now[second, j] + gate[j] * (today[second, j] + shift[j])
        w, _ = line(logit, validation.coded[second, j].astype(float), np.zeros(len(second)), prior=PRIOR) \
            if gate[j] else (np.array([1.0, 0.0]), None)
        params[key] = {"slope": float(w[0]), "intercept": float(w[1])}
    _, risk = ecg_terms(model, train)
    yearly_logit = train.spline @ terms["age_sex_hazard"] + future_gate * (risk + future_shift)
    centre = np.average(yearly_logit, axis=0, weights=train.at_risk.mean(1))
    scale = year_scale(train, yearly_logit)
    fitted = {"gate": gate, "shift": shift, "future_gate": future_gate, "future_shift": future_shift, "hazard_centre": centre, "year_scale": scale,
              "hazard_offset": bins(train, yearly_logit, centre, scale),
              "age_sex_hazard": terms["age_sex_hazard"], "has_hazard": SIMULATED.astype(float)[None, :, None]}
    return fitted, {"params": params, "z": z.tolist(), "futureZ": future_z.tolist(),
                    "prevalences": {k: float(validation.coded[second, j].mean()) for j, k in enumerate(KEYS) if SIMULATED[j]}}


def year_scale(rows: Rows, logit: np.ndarray) -> np.ndarray:
    """[10]: slope of what happens on the score in each year, common to all labels (own intercept each), on a straight line over the years."""
    people, found = rows.cohort.people, []
    for year in range(YEARS):
        risk = [people.seen[:, j] > year for j in range(logit.shape[1])]
        found.append(pooled_slope([(logit[r, j], (people.event[r, j] == year).astype(float), np.ones(r.sum())) for j, r in enumerate(risk) if SIMULATED[j]]))
    years = np.arange(YEARS)
    return np.polyval(np.polyfit(years, found, 1), years)


def bins(rows: Rows, logit: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """[96 x 10]: log of observed over expected new codes of each year, 20 expected ones added to both."""
    people = rows.cohort.people
    offset = np.zeros((logit.shape[1], YEARS))
    for year in range(YEARS):
        expected = (expit(centre + scale[year] * (logit - centre)) * (people.seen > year)).sum(0)
        offset[:, year] = np.log(((people.event == year).sum(0) + 20) / (expected + 20))
    return offset


def age_sex_terms(train: Rows) -> dict:
    return {"age_sex": fit_logits(train.spline, train.coded, l2=AGE_SEX_RIDGE),
            "age_sex_hazard": fit_hazard(train.spline, train.at_risk, train.had, l2=AGE_SEX_RIDGE)}


def main(epochs: int, report=print) -> None:
    started = time.time()
    parts = {name: Rows(name, embed(name, load(name).ecg, report=report)) for name in ("train", "validation")}
    embedded = time.time()
    base = age_sex_terms(parts["train"])
    network, history = fit_trained(parts["train"], parts["validation"], base, epochs, report=report)
    buffers, calibration = fit_served(parts["train"], parts["validation"], network, base)
    torch.save({"trained": network.state_dict(), "fitted": buffers, "terms": base}, OUT / "head.pt")
    summary = {"encoder": digest(), "curve": history, "calibration": calibration, "minutes": (time.time() - embedded) / 60,
               "embeddingMinutes": (embedded - started) / 60, "threads": torch.get_num_threads(), "epochs": epochs, "seed": SEED,
               "people": {k: len(v) for k, v in parts.items()}, "gated": int((buffers["gate"] > 0).sum()),
               "parameters": sum(p.numel() for p in network.parameters())}
    (OUT / "training.json").write_text(json.dumps(summary))
    report(f"{summary['gated']} of {int(SIMULATED.sum())} labels keep an ECG term; {summary['minutes']:.1f} min")
