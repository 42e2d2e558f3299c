"""The model card's text; every figure comes from the reports handed in."""

SENTENCE = (
    "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on mixed data and have not been "
    "validated on patients of this hospital; confirm by the standard test before acting.")
READERS = {"age-sex": "age and sex alone (logistic)", "ecgomics": "ridge logistic on ECGomics features, age and sex", "net1d": "small Net1D from scratch, same records", "scratch": "this network from scratch, same records",
           "pre-trained, no real label": "pre-trained on simulation, no real label used", "encoder + age-sex": "encoder, ECG term added to age-sex", "encoder alone": "encoder alone (`statements`)"}


def figure(row: dict, value="auroc", ci="ci") -> str:
    return f"{row[value]:.3f} [{row[ci][0]:.3f}, {row[ci][1]:.3f}]"


def table(header: list, rows: list) -> str:
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in [header, ["---"] * len(header), *rows])


def verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def titles(report) -> list:
    return [name for name in (*READERS, *report["figures"]) if name in report["figures"]]


def results(report) -> str:
    labels = list(report["positives"])
    unique = list(dict.fromkeys(titles(report)))
    rows = [[READERS.get(name, name), *[figure(report["figures"][name][label]) for label in (*labels, "macro")]] for name in unique]
    gains = [[READERS.get(name, name), *[figure(report["figures"][name][label], "gain", "gainCi") for label in (*labels, "macro")]] for name in unique if name != "age-sex"]
    late = report["folds78"]
    last = [[READERS.get(name, name), *[figure(late[name][label]) for label in (*labels, "macro")]] for name in unique]
    head = ["reader", *[f"{s} ({report['positives'][s]})" for s in labels], "macro"]
    head78 = ["reader", *[f"{s} ({late['positives'][s]})" for s in labels], "macro"]
    return f"""### AUROC, all eight folds
{report['records']} records of {report['patients']} people; positives in brackets; 95 % intervals from {report['draws']:,} draws of people.

{table(head, rows)}

### Gain over age and sex, paired

{table(head, gains)}

### Folds 7 and 8 alone
The part by which nothing was chosen: {late['n']} records of {late['patients']} people.

{table(head78, last)}"""


def pretraining_words(report) -> str:
    words = []
    for name in ("scratch", "net1d", "ecgomics"):
        if name in report["against"]:
            row = report["against"][name]["encoder alone"]["macro"]
            better = "better than" if row["gainCi"][0] > 0 else "not better than"
            words.append(f"- The encoder alone is {better} {READERS[name]}: macro AUROC difference {figure(row, 'gain', 'gainCi')}.")
    own = report["figures"].get("pre-trained, no real label")
    if own:
        words.append(f"- Without any real label the pre-trained network has macro AUROC {figure(own['macro'])}: what it knows of these classes it learned from the simulator.")
    tuned = report["fineTuning"]
    if tuned:
        row, n = tuned["tuned"]["macro"], tuned["n"]
        verdict_ = "better" if row["gainCi"][0] > 0 else "worse" if row["gainCi"][1] < 0 else "not better"
        words.append(f"- Fine-tuning the trunk on the real labels of the other folds was {verdict_} than leaving it as it is: macro AUROC {figure(row)}, difference "
                     f"{figure(row, 'gain', 'gainCi')} (folds {', '.join(map(str, tuned['folds']))}, n {n}). The shipped trunk is not fine-tuned.")
    return "\n".join(words)


def targets(report, export) -> str:
    rows = []
    for name in ("encoder alone", "encoder + age-sex"):
        own = report["figures"][name]
        positive = sum(own[s]["gainCi"][0] > 0 for s in report["positives"])
        rows.append([f"{name}: macro AUROC", ">= .85", figure(own["macro"]), verdict(own["macro"]["auroc"] >= 0.85)])
        rows.append([f"{name}: lower bound of the gain > 0", "4 of 5", f"{positive} of 5", verdict(positive >= 4)])
        c = report["calibration"][name]
        rows.append([f"{name}: macro ECE", "<= .06", f"{c['macro']:.3f} [{c['ci'][0]:.3f}, {c['ci'][1]:.3f}]", verdict(c["macro"] <= 0.06)])
    own78 = report["calibration78"]["macro"]
    rows.append([f"encoder + age-sex: macro ECE, folds 7 and 8 alone (n {report['folds78']['n']}, ten bins)", "<= .06", f"{own78:.3f}", verdict(own78 <= 0.06)])
    for view, limit in (("8 leads (limb, V1, V5)", 0.03), ("6 leads (limb)", 0.05), ("250 Hz", 0.01)):
        row = report["robustness"][view]["macro"]
        rows.append([f"loss of macro AUROC, {view}", f"<= {limit}", f"{-row['gain']:.3f} [{-row['gainCi'][1]:.3f}, {-row['gainCi'][0]:.3f}]", verdict(-row["gain"] <= limit)])
    t = export["latency"]
    rows.append(["latency, one thread, processor time p95", "<= 12 ms", f"{t['processorP95Ms']:.1f} ms", verdict(t["processorP95Ms"] <= 12)])
    return table(["target", "wanted", "got", ""], rows)


def robustness(report) -> str:
    rows = [[view, *[f"{row[s]['auroc']:.3f}" for s in (*report["positives"], "macro")], figure(row["macro"], "gain", "gainCi")] for view, row in report["robustness"].items()]
    return table(["input", *report["positives"], "macro", "macro change"], rows)


def subgroups(report) -> str:
    rows = [[r["group"], r["label"], r["n"], r["positives"], figure(r) if "auroc" in r else "fewer than 8 on one side"] for r in report["subgroups"]]
    return table(["group", "label", "n", "positives", "AUROC"], rows)


def simulated(report) -> str:
    rows = [[r["view"], r["label"], r["n"], r["positives"], figure(r)] for r in report["simulated"]]
    return table(["input", "label", "n", "positives", "AUROC"], rows)


def failures(report) -> str:
    """The worst held-out reading of each superclass, by the encoder alone."""
    rows = [[r["label"], f"{r['missed']} ({r['missedProbability']:.2f})", f"{r['false']} ({r['falseProbability']:.2f})"] for r in report["worst"]]
    return "\nThe worst held-out readings of the encoder alone, as record (probability):\n\n" + table(["label", "labelled, read lowest", "not labelled, read highest"], rows)


def write_card(model: dict, report, export: dict, pretraining: dict) -> str:
    figures = "The figures follow with the report." if not report else f"""## Results on real labels
Everything that saw a label was refitted without the fold: the age-sex logistic, the ECG term, its penalty and the calibration
(the last two by an inner cross-validation). The trunk saw no real record. Choices rest on folds 1 to 6, though figures of all
folds were seen while the code was written.
A superclass is positive if any of its diagnostic statements has a likelihood above 0.

{results(report)}

### Does pre-training on simulation help?
{pretraining_words(report)}

### Targets

{targets(report, export)}

The interval of an ECE lies above its value because every draw of people adds chance to the bins.

### Fewer leads and half the rate
The readers of each fold, fitted on whole tracings with age and sex, on altered held-out tracings.

{robustness(report)}

### Subgroups (encoder with age and sex)

{subgroups(report)}

## Results on simulated tracings
Validation cases of the simulator, before any real label; the labels are the simulator's truth. The ceiling of this set was not
computed: many cases differ from normal by less than the spread between people.

{simulated(report)}"""
    training = model["training"]
    return f"""# ECG encoder {model['version']}

{SENTENCE}

Role `{model['implements']}`, sha256 `{model['sha256']}`, licence {model['licence']}, {export['parameters']:,} parameters.

## Question and user
What does a 10 s ECG hold, in 128 numbers that other heads read (AnyECG, Pocket-K), and which of five diagnostic superclasses does it
show? For developers of heads and for hospitals that compare it with their own encoder.

## Not for
A diagnosis. Children, paced rhythm. The superclasses are those of one European set of 1984 on, read by its cardiologists.

## Input and exclusions
`ecg` (B, 12, 5000) float32 mV at 500 Hz, absent leads zero; `lead_mask` (B, 12), 1 = there. `hb-ecg-1` lies in the graph. Where Lead I is all
there is, its own stem is used. Excluded: {'; '.join(model['exclusions'])}.

## Architecture
Two stems (12 leads: kernel 32, stride 8, 64 then 32 channels; Lead I: 32 channels) before one trunk of five residual blocks (32 to 128
channels), mean and maximum over time, embedding 128, one linear layer. No MaxPool.

## Training data

| data | licence | records | people | used for |
| --- | --- | --- | --- | --- |
{chr(10).join(f"| {d['name']} | {d['licence']} | {d['nRecords']:,} | {d['nPatients'] or '-'} | {d['use']} |" for d in training['data'])}

{training['simulatedCasesSeen']:,} simulated tracings were seen in {training['minutes']:.0f} minutes on one thread of a busy machine, seed {training['seeds']['train']}. The reserved part of both sets was never opened.

## Simulator assumptions
1. One moving dipole, waves of Gaussian bumps, leads by Dower's matrix: no local potentials, no real torso.
2. Scars take early forces away from their territory; hypertrophy adds late lateral and backward forces; blocks come late.
3. Strain, ischaemia and infarction turn ST and T in textbook directions; sizes are drawn evenly, not from patients.
4. Conditions occur independently and far more often than in patients; superclasses follow the simulated truth, and are
   unknown where it does not settle them (T changes beside a scar, a block or strain).
5. Normal people differ in axis, voltage, rate, body build, T direction and wave lengths by assumed amounts.
6. Potassium changes T, P, PR and QRS as in Pocket-K's simulator, calcium the ST segment.
7. Noise arises at the nine electrodes; one device filter in ten tracings.
8. Nothing was fitted to a record.

{figures}

## Out of distribution
Mahalanobis distance of the embedding from real training records and as many simulated ones (`ood.json`). Real records, measured in
frames made without their fold (n {export['ood']['n']}, twelve and eight leads): median {export['ood']['median']:.1f}, 99 % {export['ood']['p99']:.1f}; beyond that `limited`. Refused beyond
{export['ood']['p999']:.1f}, the 99 % point of {export['ood']['simulated']:,} simulated training cases with their many and strong diseases ({export['ood']['p999Real']:.1f} is the 99.9 % point of the real
records, too few to rest on). The distance does not see noise: white noise of 0.5 mV lies inside. That is for the quality gate.

## Known failures
- Hypertrophy and infarction without voltage or Q waves are missed; normal variants outside the simulator's spread look ill.
- LUDB's hypertrophy labels follow other criteria than PTB-XL's and were left out.
- With Lead I alone, infarction and hypertrophy are mostly invisible; see the table.
{failures(report) if report else ""}

## What would change our mind
The reserved records, and any set of another hospital: a macro AUROC below that of age and sex plus a few measured features there means
that the encoder is not worth its place. `hisbundle evaluate anyecg --data FOLDER` computes it.

Latency on one thread: {export['latency']['processorP50Ms']:.1f} ms median processor time ({export['latency']['p50Ms']:.1f} ms by the clock of a busy machine); parity with PyTorch {max(v for level in export['parity'].values() for v in level.values()):.1e}.
"""
