"""The model card, filled from the reports; words here, figures there (template: specs README, section O)."""

SENTENCE = ("Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on mixed data and have not been "
            "validated on patients of this hospital; confirm by the standard test before acting.")
CUT = "each measured by a network trained without it (half of such records left out at a time, 14 epochs)"


def figure(metrics: dict, name: str, digits: int) -> str:
    m = metrics[name]
    return f"{m['value']:.{digits}f} [{m['ci'][0]:.{digits}f}, {m['ci'][1]:.{digits}f}]"


def room(f: dict) -> str:
    """What zero false P in n records leaves open (exact binomial, one-sided 95 %)."""
    if f["served"]["value"] > 0:
        return ""
    return f" Zero in {f['records']} records still leaves room for up to {100 * (1 - 0.05 ** (1 / f['records'])):.0f} % of records that are misread."


def write_card(model: dict, report: dict, export: dict, final: dict) -> str:
    held, f = report["development"], report["fibrillation"]
    m = held["metrics"]
    rows = "\n".join(
        f"| {wave.upper() if wave != 'qrs' else 'QRS'} | {figure(m, f'{wave}.f1', 4)} | {figure(m, f'{wave}.onset.meanMs', 1)} | {figure(m, f'{wave}.onset.sdMs', 1)} "
        f"| {figure(m, f'{wave}.offset.meanMs', 1)} | {figure(m, f'{wave}.offset.sdMs', 1)} |" for wave in ("p", "qrs", "t"))
    return f"""# ECG delineator {model['version']}

**Edges of waves as the annotators of one data set place them: one centre, one device, {len(final['records'])} people.**

{SENTENCE}

Role `ecg-delineator/1`, sha256 `{model['sha256']}`, licence {model['licence']}, {export['parameters']:,} parameters, {export['bytes']:,} bytes.

## Question and user
Where do P, QRS and T begin and end in this lead? For the module ECGomics, which fuses the answer with a classical delineation
and says of each mark which path set it.

## Not for
A diagnosis; a rhythm statement; children; recordings under 250 Hz; P waves that lead to no beat.

## Input and exclusions
`ecg` (B, 1, 2496) float32, mV, 250 Hz, any lead; preprocessing `hb-ecg-1d` lies in the graph. Output `logits` (B, 4, 2496): none, P, QRS,
T at every 4 ms. Excluded: {'; '.join(model['exclusions'])}.

## Architecture
1-D U-Net, kernel 9, two convolutions a level, channels 16-24-32-48-64, linear upsampling, two dilated convolutions at the
bottom. Departures from the specification: samples are folded in pairs into channels, so no layer runs at 250 Hz, and the
channels are wider; this took less time than the narrower network at full rate. The window is divided by its mean absolute
value. No MaxPool.

## Training data

| data | licence | kind | people | leads |
| --- | --- | --- | --- | --- |
| LUDB 1-150 | ODC-BY 1.0 | real | {len(final['records'])} | {final['leads']:,} |
| `training/simulators/ecg12.py` | Apache-2.0 | simulated | 0 | {final['simulatedLeads']:,} |

{final['epochs']} epochs, {final['steps']:,} steps of {final['batch']} windows, {final['history'][-1]['minutes']:.0f} minutes on one thread of a shared machine, seed {final['seed']}. Loss: cross-entropy (P 1.2)
and half of soft Dice; not judged outside the annotated span of a lead, nor near simulated edges. Reserved records were never opened.

## Simulator assumptions
1. A dipole moves; leads are Dower's projections; the torso is that of everybody.
2. Waves are sums of Gaussians cut at three standard deviations; vectors, widths and spreads are textbook values.
3. QT follows Bazett (QTc .36-.49 s) and a little the RR before.
4. Fibrillation: two wavelets of 4-9 Hz, strongest towards V1 and II, 0-.16 mV; gamma distributed RR.
5. Flutter: a saw-tooth of 220-330/min, conducted 2:1 to 5:1.
6. Block: first degree, Wenckebach, Mobitz, third degree with escape 28-50/min; bundle branch blocks by late vectors.
7. Ectopy: atrial (another P, reset sinus), ventricular (wide, no P, pause); pre-excitation by a slow start of QRS; pacing spikes.
8. A wave under 15 uV in a lead, or P over another wave, is not judged.
9. Edges of simulated waves are not learnt: the simulator teaches which waves there are, people where they end.
10. Nothing is fitted to any record.

## Results on real ECGs
Recipe measured on LUDB 131-150 ({held['records']} people, no fibrillation among them) when trained on 1-130; the shipped weights come from the same
recipe on 1-150, with the same number of epochs, and cannot be measured on these records. 131-150 also served to choose (pooling of
the leads), so expect a little worse. Answers of the twelve leads pooled as served; ms; interval by record.

| wave | F1 (150 ms) | onset mean | onset SD | offset mean | offset SD |
| --- | --- | --- | --- | --- | --- |
{rows}

False P waves in fibrillation and flutter ({f['records']} of the {f['of']} such records of LUDB 1-150, {f['beatsTimesLeads']:,} beats x leads), {CUT}:
{100 * f['network']['value']:.1f} % [{100 * f['network']['ci'][0]:.1f}, {100 * f['network']['ci'][1]:.1f}] of the beats of each lead by the network alone, {100 * f['served']['value']:.1f} % [{100 * f['served']['ci'][0]:.1f}, {100 * f['served']['ci'][1]:.1f}] with the rule of the server that P in
fewer than 30 % of the beats is none.{room(f)} Reserved fibrillation hardly exists in LUDB: no rhythm claim.

## Results on simulated ECGs
None claimed: the simulator is part of the training, and its edges are not those of a reader. Ceiling and sham do not apply to a
measurement of marks. Baselines (NeuroKit2, the classical path) are scored by the same script in `test/bench/ecg`.

## Operating point, calibration, prevalence
None: probabilities are not shown; an edge lies where a class becomes the likeliest. A prevalence does not enter.

## Subgroups
Not reported: {held['records']} development records are too few for any group (30 are needed). `hisbundle evaluate ecgomics` gives them for a folder.

## Abstention
A wave that is nowhere likeliest is absent. A lead of unacceptable quality does not reach the network.

## Known failures
- P that leads to no beat (second and third degree block) is found and not reported: a beat has one P at most.
- P under a T wave at high rates; U waves taken for late T; T of paced beats ends early or late by tens of ms.
- A flutter wave just before each QRS (fixed conduction) can pass for P, in all leads alike.
- {100 * f['network']['value']:.1f} % of the beats in fibrillation get a P in some lead before the rule of the server is applied.

## What would change our mind
Fifty records of another device in which the SD of any edge is above the CSE limits while the classical path stays below: then the
classical path leads (`delineator/fuse.ts`, one table).

## How the figures were made
`python training/ecgomics/train.py` (development, final, af-0, af-1), `report.py`, `export.py`, `publish.py`; order and minutes in
training/ecgomics/README.md. Latency {export['latency']['p50Ms']} ms of processor time for 12 leads x 10 s; parity with PyTorch {max(export['parity'].values()):.1e}.
"""
