"""card.md of the model folder (specs README section O): real and simulated in separate tables, every baseline and the ceiling beside."""

import json

import numpy as np

from cases import OUT, PARTS
from real_figures import macro, real_rows

BASE_CURVE = "training/anyecg/plots/curve.svg"


def ci(v) -> str:
    return f"[{v[0]:.3f}, {v[1]:.3f}]"


def met(ok: bool) -> str:
    return "met" if ok else "**missed**"


def beats() -> dict:
    return json.loads((OUT / "beats.json").read_text())


def real_ecgomics() -> dict:
    """AUROC of the logistic on ECGomics features, cross-fitted over the same folds by training/ecg-encoder, where it has been run."""
    from baselines import TABLE
    from figures import auroc
    found = {}
    for name in ("ecgomics", "net1d", "scratch"):
        path = TABLE.parent / f"baseline-{name}.npz"
        if not path.exists():
            continue
        with np.load(path) as z, np.load(OUT / "statements.npz") as fit:
            place = {str(k): i for i, k in enumerate(z["key"])}
            held = [place[str(k)] for k in fit["record"] if str(k).startswith("ptbxl")]
            found[name] = {str(label): auroc(z["logit"][held, k], fit["labels"][:, k] > 0.5) for k, label in enumerate(z["labels"])}
    return found


def targets(report, lift, leak, whole, real) -> str:
    s, r = report["summary"], report["robustness"]
    five = [x for x in real if x["key"] in ("NORM", "MI", "STTC", "CD", "HYP")]
    above = sum(x["gainCi"][0] > 0 for x in five)
    raw_ece = float(np.mean([x["eceUncalibrated"] for x in five]))
    slopes = s["slopes"]
    rows = [
        ("real: macro AUROC over NORM, MI, STTC, CD, HYP", ">= .85", f"{whole['auroc']:.3f} {ci(whole['ci'])}", whole["auroc"] >= 0.85, f"age-sex {whole['ageSex']:.3f}"),
        ("real: lower bound of the gain over age and sex above 0", "4 of 5", f"{above} of 5; macro gain {whole['gain']:.3f} {ci(whole['gainCi'])}", above >= 4, ""),
        ("real: ECE, macro", "<= .06", f"{whole['ece']:.3f}", whole["ece"] <= 0.06, f"uncalibrated {raw_ece:.3f}"),
        ("simulated: gain recovered, median", ">= .80", f"{s['recovered']['median']:.2f} {ci(s['recovered']['ci'])}, {s['recovered']['labels']} labels; quartiles {s['recovered']['quartiles'][0]:.2f} and {s['recovered']['quartiles'][1]:.2f}", s["recovered"]["median"] >= 0.8, f"age-sex 0 by definition; beat features {beat_share(report):.2f}"),
        ("simulated: planted nulls shown by the floor rule", "<= 5 %", f"{s['nulls']['shown']} of {s['nulls']['n']}", s["nulls"]["shown"] / s["nulls"]["n"] <= 0.05, ""),
        ("simulated: interval of a null's gain covers 0", ">= 90 %", f"{100 * s['nulls']['covers']:.0f} %", s["nulls"]["covers"] >= 0.9, f"{s['nulls']['withTerm']} nulls kept an ECG term"),
        ("simulated: C-index at 10 y, below the ceiling by", "<= .03", f"median {s['cIndex']['medianBelowCeiling']:.3f}; {100 * s['cIndex']['within']:.0f} % of {s['cIndex']['labels']} labels within", s["cIndex"]["medianBelowCeiling"] <= 0.03,
         f"mean {s['cIndex']['mean']:.3f}, ceiling {s['cIndex']['ceilingMean']:.3f}, age-sex {s['cIndex']['ageSexMean']:.3f}, Kaplan-Meier by age and sex {s['cIndex']['kaplanMeierMean']:.3f}"),
        *[(f"simulated: calibration slope at {h} y, all labels pooled", ".9-1.1", f"{slopes[h]['pooled']:.2f}; median {slopes[h]['median']:.2f}, {100 * slopes[h]['within']:.0f} % of labels within", 0.9 <= slopes[h]["pooled"] <= 1.1, "") for h in ("1", "5", "10")],
        ("simulated: risk curves monotone", "100 %", "100 %" if report["hazards"]["monotone"] else "not all", report["hazards"]["monotone"], ""),
        ("simulated: comorbidity lift, Spearman with the planted graph (pairs it joins)", ">= .8", f"{lift['spearman']['lift, joined pairs']:.2f}, {lift['joined']} pairs", lift["spearman"]["lift, joined pairs"] >= 0.8, f"raw co-occurrence {lift['spearman']['raw co-occurrence, joined pairs']:.2f}"),
        ("the same over all pairs, most of which the graph does not join", "(none)", f"{lift['spearman']['lift']:.2f}, {lift['pairs']} pairs", None, f"raw co-occurrence {lift['spearman']['raw co-occurrence']:.2f}"),
        ("simulated: AUROC loss with 8 leads", "<= .03", f"{r['eight']['loss']:.3f}", r["eight"]["loss"] <= 0.03, ""),
        ("simulated: AUROC loss with 6 leads", "<= .05", f"{r['six']['loss']:.3f}", r["six"]["loss"] <= 0.05, ""),
        ("simulated: AUROC loss at 250 Hz", "<= .01", f"{r['250 Hz']['loss']:.4f}", r["250 Hz"]["loss"] <= 0.01, ""),
    ]
    return "\n".join(f"| {a} | {b} | {c} | {'' if ok is None else met(ok)} | {e} |" for a, b, c, ok, e in rows)


def simulated_table(report) -> str:
    haz, beat = {h["key"]: h for h in report["hazards"]["labels"]}, beats()["auroc"]
    lines = []
    for r in report["labels"]:
        h = haz[r["key"]]
        recovered = "" if r["recovered"] is None else f"{r['recovered']:.2f}"
        lines.append(f"| {r['key']}{' (null)' if r['null'] else ''} | {r['positives']} | {r['auroc']:.3f} | {r['base']:.3f} | {beat[r['key']]:.3f} | {r['ceiling']:.3f} | "
                     f"{r['gain']:+.3f} {ci(r['gainCi'])} | {recovered} | {r['ece']:.3f} | {h['events']} | {h['cIndex']:.3f} | {h['ageSex']:.3f} | {h['ceiling']:.3f} | {'yes' if r['shown'] else ''} |")
    return "\n".join(lines)


def real_table(rows, other: dict) -> str:
    lines = []
    for r in rows:
        beside = [f"{other[name][r['key']]:.3f}" if name in other and r["key"] in other[name] else "" for name in ("ecgomics", "net1d", "scratch")]
        lines.append(f"| {r['key']} | {r['n']} | {r['positives']} | {r['auroc']:.3f} {ci(r['aurocCi'])} | {r['ageSexAuroc']:.3f} | {' | '.join(beside)} | {r['gain']:+.3f} {ci(r['gainCi'])} | {r['ece']:.3f} | "
                     f"{'' if 'subgroupGap' not in r else format(r['subgroupGap'], '.3f')} |")
    return "\n".join(lines)


def least_read(report) -> str:
    rows = sorted((r for r in report["labels"] if r["recovered"] is not None and not r["null"]), key=lambda r: r["recovered"])
    return ", ".join(f"{r['key']} {r['recovered']:.2f}" for r in rows[:12])


def beat_share(report) -> float:
    """Median share of the ceiling's gain that the beat features reach, over the same labels."""
    beat = beats()["auroc"]
    return float(np.median([(beat[r["key"]] - r["base"]) / r["ceilingGain"] for r in report["labels"] if r["recovered"] is not None and not r["null"]]))


def beaten(report) -> str:
    """Labels that the classical measurements read better than the head."""
    beat = beats()["auroc"]
    better = [r["key"] for r in report["labels"] if not r["null"] and beat[r["key"]] > r["auroc"] + 0.005]
    return f"{len(better)} ({', '.join(better)})" if better else "none"


def other_encoder() -> str:
    path = OUT / "continued.json"
    if not path.exists():
        return ""
    c = json.loads(path.read_text())
    new, old = c["real"]["encoder-continued"], c["real"]["encoder-pretrained"]
    return (f"An encoder trained on for ten minutes, told the drawn intervals of the training people (training/anyecg/continue_encoder.py), lets the head recover "
            f"{c['recovered']['median']:.2f}, so what is missed is what the shipped encoder does not carry (QT above all). It is not shipped: on real labels, held out by fold, it reads "
            f"{new['withAgeSex']:.3f} with age and sex and {new['alone']:.3f} alone, against {old['withAgeSex']:.3f} and {old['alone']:.3f}, and real labels decide.")


def write_card(model, report, training, lift, leak, real) -> str:
    with np.load(OUT / "statements.npz") as z:
        fit = {k: z[k] for k in z.files}
    whole, late, other, s = macro(fit), real_rows(fit, late=True), real_ecgomics(), report["summary"]
    header = "| label | n | positives | AUROC | age-sex | logistic on ECGomics | Net1D from scratch | our net from scratch | gain over age and sex | ECE | subgroup gap |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    nulls = leak["summary"]["null"]
    planted = leak["summary"]["real"]
    wall = model["training"]["wallMinutes"]
    return f"""# {model['name']} {model['version']}

{model['notForClinicalUseSentence']}

Role `{model['implements']}`, a head on `ecg-encoder/1` with sha256 `{model['encoder']['sha256']}`; own sha256 `{model['sha256']}`, licence {model['licence']}, {model['resources']['bytes'] // 1024} KiB, {model['resources']['parameters']} parameters.

## Question and user
Which conditions, not yet in the record, does one 12-lead ECG make more likely than age and sex alone? For internists, pre-operative clinics and
researchers who have a cheap confirmatory test at hand.

## Not for
Diagnosis; ruling anything out; screening of children; any claim about cancer, endocrine disease or causes between conditions. **Every label that is
marked simulated shows the machinery, not medicine**: its patients never existed. The 1,172 conditions and the figures of the AnyECG paper are not ours.

## Input and exclusions
The encoder's embedding (128), age (years/100, 18-90) and sex. {'; '.join(model['exclusions'])}.

## Architecture
Embedding and 16 numbers from age and sex -> 128 (GELU) -> feature of 64. Each label is a vector: own + chapter + parent (its strongest cause in the comorbidity
graph). current = gate x (feature . label) + age-sex logit; the age-sex part (a spline, linear between knots) is fitted first, frozen and output
by itself. Hazard of each of 10 years: sigmoid(feature . future label + age-sex term + year offset); risk = 1 - product(1 - hazard).
The gate is 0 where half of the validation people could not tell the ECG term from chance (z < 2.33): {training['gated']} of {len(report['labels'])} simulated labels keep one.
The real labels are linear terms on the frozen embedding beside a frozen age-sex logistic. Comorbidity lift is a table, not predicted.

## Training data
| data | licence | kind | people |
| --- | --- | --- | --- |
| simulated cohort, seeds 1001 / 2002 / 3003 | Apache-2.0 | simulated | {PARTS['train'][1]} training, {PARTS['validation'][1]} validation, {PARTS['test'][1]} test |
| PTB-XL folds 1-8 | CC BY 4.0 | real | {len(np.unique(fit['patient']))} ({len(fit['patient'])} records) |
| LUDB 1-150 | ODC-BY 1.0 | real | where its labels are known |

### The simulator in ten lines
1. Latents (body size, diabetes, hypertension, kidney, coronary, lung, liver, thyroid, inflammation, anaemia, calcium, potassium, heart failure, fibrillation, autonomic tone)
   follow from each other, age and sex (training/simulators/cohort_people.py). 2. 96 conditions, 12 chapters of 8, from latents, age, sex and
   a directed graph of {lift['joined']} edges between simulated conditions; prevalences and weights are assumed. 3. {s['nulls']['n']} are planted nulls: age and sex only.
4. Coded with sensitivity .7 and false code .01. 5. New diagnoses by proportional hazards, leaving 4 % a year. 6. Tracings by the dipole
   simulator with the effects of cohort_tracing.py; sizes assumed, so that the ceilings spread {s['ceilingSpread'][0]:.2f}-{s['ceilingSpread'][1]:.2f}. 7. Device and site are drawn apart
   from everything. 8. The ceiling is a reader who is told the drawn waves (no noise) and the simulator's law, learnt from {report['ceilingPeople']} other people.
9. No ethnic group, drug, or treatment exists in it. 10. Nothing of it is fitted to patients.

## Targets (specs 04 section 7)
| what | target | got | | beside it |
| --- | --- | --- | --- | --- |
{targets(report, lift, leak, whole, real)}

Per label the C-index and the slopes at one year rest on few events (median {int(np.median([h['events'] for h in report['hazards']['labels']]))} in ten years): the pooled slope has one intercept a label.
Least of the ceiling's gain recovered: {least_read(report)}.
Labels that the beat features read better (by more than .005): {beaten(report)}.
{other_encoder()}

## Real data
PTB-XL folds 1-8, each fold scored by readers that saw neither it nor its people; penalty and calibration by inner cross-validation; intervals by 2,000 draws of patients.
Macro over the five superclasses: AUROC {whole['auroc']:.3f} {ci(whole['ci'])}, age-sex {whole['ageSex']:.3f}, gain {whole['gain']:.3f} {ci(whole['gainCi'])}, ECE {whole['ece']:.3f}.

{header}
{real_table(real, other)}

Folds 7 and 8 alone (no choice was made by them):

{header}
{real_table(late, {})}

The reserved part of PTB-XL was not read. The last three labels are ICD-10 categories read off statements; LVH (20 positives) and fibrillation (26) had too few and stay simulated.

## Simulated data
{report['people']} test people. No weight or setting was fitted on them; two things were changed after a first reading of them: the slope of the hazards now varies with the year
(fitted on the training people), and a group needs 100 cases for the gap between groups. Gain with a paired 95 % interval (DeLong). Shown: passes the floor rule, and the site has asked for simulated labels.
Beat features: a logistic on age, sex and {beats()['features']} classical measurements of the median beat (training/anyecg/beat_features.py, {beats()['trainPeople']} training people), not the server's ECGomics.

| label | positives | AUROC | age-sex | beat features | ceiling | gain over age and sex | recovered | ECE | events 10 y | C-index | age-sex | ceiling | shown |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{simulated_table(report)}

Shown: {s['shown']} of {s['conditions']} conditions with an effect, {s['nulls']['shown']} of {s['nulls']['n']} nulls. ECE over all labels {s['eceMacro']:.4f}.

### Sham
The same people's tracings with every effect switched off ({report['sham']['people']} people): the ECG term, noise then, changes the AUROC of age and sex by {report['sham']['meanGain']:+.4f} on average over {report['sham']['labels']} labels, by {report['sham']['largestGain']:+.3f} at most.

### A device that depends on the label
Linear terms on a copy of the cohort whose device tells the label, beside the same number of people where it does not:

| labels | promised on the copy | the same without the leak | drop | trained without the leak |
| --- | --- | --- | --- | --- |
| with an effect | {planted['promised']:.3f} | {planted['leakRemoved']:.3f} | {planted['promised'] - planted['leakRemoved']:.3f} | {planted['independent']:.3f} |
| planted nulls | {nulls['promised']:.3f} | {nulls['leakRemoved']:.3f} | {nulls['promised'] - nulls['leakRemoved']:.3f} | {nulls['independent']:.3f} |

## Comorbidity lift
Shrunk log odds ratio given age and sex, from {lift['people']} training people's codes; {len(lift['shown'])} pairs beyond z = 3 are shipped.
Spearman with the association of the true conditions in {lift['truthPeople']} other people: {lift['spearman']['lift, joined pairs']:.2f} on pairs that the graph joins, {lift['spearman']['lift']:.2f} on all;
with the graph's own weights {lift['spearmanWithWeights']['lift']:.2f} (the true conditions themselves: {lift['spearmanWithWeights']['truth']:.2f}, since common causes add to each edge).

## Calibration
Platt by label, drawn towards slope 1 and intercept 0, from half of the validation people; real labels out of fold. Observed over expected new diagnoses: {', '.join(f"{h} y {v:.2f}" for h, v in report['hazards']['observedOverExpected'].items())}.
Plot: training/anyecg/plots/gain.svg; training curve: {BASE_CURVE}.

## Known failures
- What the encoder does not carry the head cannot read: see the labels with the least recovered gain above.
- Rare real conditions: an interval of the gain that begins below 0 is not shown, whatever the AUROC.
- Labels that age and sex already tell (prostate, osteoporosis) look good by AUROC and gain nothing: they are hidden.

## What would change our mind
Two hundred tracings of this hospital with coded diagnoses, thirty of them positive for a label, on which the tracing adds nothing to age and sex: then the label is hidden.

## How the figures were made
`python training/anyecg/train.py` (training/anyecg/README.md), wall minutes by step on two cores shared with much other work: {', '.join(f"{k} {v:.1f}" for k, v in wall.items())}. Head alone: p50 {model['resources']['p50Ms']:.2f} ms, p95 {model['resources']['p95Ms']:.2f} ms.
"""
