"""The model cards; every figure comes from report.json and model.json."""

import json

from publish import MODELS
from recipes import RECIPES

SENTENCE = ("Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on real data and have not been validated on patients "
            "of this hospital; confirm by the standard test before acting.")
TARGETS = {"24h": {"auroc": 0.82, "auprc": 0.42}, "48h": {"auroc": 0.84, "auprc": 0.46}, "support2": {"auroc": 0.82, "auprc": 0.62}}
POPULATION = {
    "24h": "Adults in four intensive care units of one US hospital, about 2001-2008; race was not recorded. Practice, laboratories and survival have changed since.",
    "48h": "Adults in four intensive care units of one US hospital, about 2001-2008, alive and present after 48 h; race was not recorded. Practice, laboratories and survival have changed since.",
    "support2": "Seriously ill inpatients of eight diagnosis groups in five US hospitals, 1989-1994: not intensive care as such, and thirty years ago."}
FAILURES = {
    "24h": ["A stay without blood gas and lactate is judged mostly by age, coma score, urine and kidney values.", "GCS under sedation is taken as it is charted: a sedated patient looks worse than he is.",
            "A planned death (comfort care) is refused by the module; one that was not recorded as such is predicted like any other."],
    "support2": ["Diagnosis groups are those of the study; whoever fits none must not be forced into one.", "Coma score is the study's (0 best, 100 worst), not the Glasgow scale.",
                 "`adlp` and `adlsc` are left out: that the patient himself was interviewed foretells survival (measured: 5 % against 39 % died)."]}


def f(row, digits: int = 3) -> str:
    if row is None or row["value"] != row["value"]:
        return ""
    return f"{row['value']:.{digits}f} [{row['ci'][0]:.{digits}f}, {row['ci'][1]:.{digits}f}]"


def table(header: list, rows: list) -> str:
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in [header, ["---"] * len(header), *rows])


def verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def targets(which: str, r: dict) -> list:
    m, t = r["metrics"], TARGETS[which]
    rows = [[f"{n.upper()}", f">= {t[n]}", f(m[n]), verdict(m[n]["value"] >= t[n])] for n in ("auroc", "auprc")]
    beaten = [n for n, b in r["baselines"].items() if b["difference"]["ci"][0] > 0]
    asked = [n for n in r["baselines"] if n in ("saps-i", "sofa", "sps", "aps", "age-sex", "logistic-15")]
    rows.append(["better than " + ", ".join(asked), "lower bound of the paired difference above 0", ", ".join(n for n in asked if n in beaten) or "none", verdict(all(n in beaten for n in asked))])
    rows.append(["ECE", "<= .015", f"{f(m['ece'])}; a perfectly calibrated model on as many stays: mean {r['ecePerfect']['mean']:.3f}, 95 % below {r['ecePerfect']['p95']:.3f}", verdict(m["ece"]["value"] <= 0.015)])
    slope = m["calibration.slope"]["value"]
    rows.append(["calibration slope", ".9-1.1", f(m["calibration.slope"]), verdict(0.9 <= slope <= 1.1)])
    worst = [(g["attribute"], g["group"], g["calibrationIntercept"], g["calibrationInterceptCi"]) for g in r["subgroups"] if g["attribute"] in ("sex", "age") and "calibrationIntercept" in g]
    out = [w for w in worst if abs(w[2]) > 0.2]
    clear = [w for w in out if w[3][0] > 0.2 or w[3][1] < -0.2]
    rows.append(["calibration intercept by sex and age band", "within +/- .2", "; ".join(f"{w[1]} {w[2]:+.2f} [{w[3][0]:+.2f}, {w[3][1]:+.2f}]" for w in out) + (" outside" if out else "all within"),
                 verdict(not out) + ("" if clear or not out else " (every interval reaches into the range)")])
    d = r["ablation"]["difference"]
    base, cap = (r["ablation"]["variants"][n]["eod.max"] for n in ("base", "CAP"))
    relative = 1 - cap["value"] / base["value"]
    rows.append(["CAP: AUROC loss", "<= .005", f"{f(d['auroc'], 4)}", verdict(d["auroc"]["value"] >= -0.005)])
    shown = d["eod.max"]["ci"][1] < 0
    rows.append(["CAP: largest EOD", "reduced >= 30 %", f"{base['value']:.3f} to {cap['value']:.3f} ({-100 * relative:+.0f} %), difference {f(d['eod.max'])}: " + ("" if shown else "no reduction shown"), verdict(shown and relative >= 0.3)])
    for name, row in r["reliance"].items():
        if name != "leading":
            rows.append([f"feature reliance, cosine by {name}", ">= .95", f"{row['cosine']:.3f} (permuted groups: median {row['permuted']['median']:.3f}, 5 % below {row['permuted']['p05']:.3f})", verdict(row["cosine"] >= 0.95)])
    for name, row in r["robustness"].items():
        if name in ("repeated", "late"):
            rows.append([f"one variable {name}", "moves the probability by <= .3", f"largest {row['largest']:.3f} ({row['variable']}), {row['stays']} stays", verdict(row["largest"] <= 0.3)])
    return rows


def planted(known: dict) -> str:
    if "plantedBias" not in known:
        return ""
    titles = {"A": "label noise +-.5 logit, attribute is an input", "B": "one laboratory's creatinine, urea, bilirubin 2.5 times too high, attribute is no input", "C": "nothing planted"}
    rows = []
    for kind, row in known["plantedBias"].items():
        for name, v in row["variants"].items():
            flip = v["flip"] if isinstance(v["flip"], str) else f(v["flip"])
            reduction = row["eodReduction"].get(name)
            rows.append([f"{titles[kind]} (logits apart {row['logitOffset']:+.2f})", name, f(v["auroc"]), f(v["eod"]), f(v["meanDifference"]), flip, f(reduction, 2) if reduction else ""])
    a, nothing = known["plantedBias"]["A"], known["plantedBias"]["C"]["variants"]["base"]["eod"]
    flip = 1 - a["variants"]["CAP"]["flip"]["value"] / a["variants"]["base"]["flip"]["value"]
    gone = a["eodReduction"]["CAP"]
    verdicts = [["label noise: flip difference removed by CAP", ">= 80 %", f"{100 * flip:.0f} %", verdict(flip >= 0.8)],
                ["label noise: EOD removed by CAP", ">= 80 %", f"{f(gone, 2)}; what is left, {a['variants']['CAP']['eod']['value']:.3f}, lies within what shows where nothing is planted, {f(nothing)}",
                 verdict(gone["value"] >= 0.8)],
                ["label noise: AUROC of CAP minus base", "not lower", f(a["aurocDifference"]["CAP"]), verdict(a["aurocDifference"]["CAP"]["value"] >= 0)]]
    return f"""
## Planted bias
SUPPORT2, held back, a coin-drawn attribute that nobody has; true outcomes (training/cap-icu/planted_bias.py).

{table(["planted", "variant", "AUROC", "EOD", "mean difference of the probability", "flip", "share of the EOD removed"], rows)}

{table(["target", "wanted", "got", ""], verdicts)}

Nearly all of the removal is the mean over the attribute's values (fair); the cases add nothing to it. A bias that comes in by a laboratory's
calibration shows no flip, is not told from chance by the EOD at this number of deaths, and is not removed by either: it needs calibration by site.
"""


def write(which: str, known: dict) -> None:
    r, folder = known[which], MODELS / RECIPES[which].folder
    manifest = json.loads((folder / "model.json").read_text())
    data = manifest["training"]["data"][0]
    rows = [[RECIPES[which].folder.removesuffix("-1") + " (served)", f(r["metrics"]["auroc"]), f(r["metrics"]["auprc"]), "", f"{r['metrics']['brier']['value']:.3f}", f"{r['metrics']['ece']['value']:.3f}"]]
    for name, b in sorted(r["baselines"].items(), key=lambda kv: -kv[1]["auroc"]["value"]):
        word = f(b["difference"]) + ("" if b["difference"]["ci"][0] > 0 else f": not better than {name}")
        rows.append([name, f(b["auroc"]), f(b["auprc"]), word, f"{b['brier']:.3f}" if "brier" in b else "", f"{b['ece']:.3f}" if "ece" in b else ""])
    ablation = [[n, f(v["auroc"]), *(f(v[k]) if k in v else "" for k in ("eod.sex", "eod.age", "eod.race", "eod.max"))] for n, v in r["ablation"]["variants"].items()]
    groups = []
    for g in r["subgroups"]:
        if "auroc" not in g:
            groups.append([f"{g['attribute']} {g['group']}", g["n"], g["positives"], "too few", "", "", "", ""])
        else:
            groups.append([f"{g['attribute']} {g['group']}", g["n"], g["positives"], f"{g['auroc']:.3f} [{g['aurocCi'][0]:.3f}, {g['aurocCi'][1]:.3f}]", f"{g['sensitivity']:.2f}", f"{g['falsePositiveRate']:.2f}",
                           "" if g["ppv"] is None else f"{g['ppv']:.2f}", f"{g['calibrationIntercept']:+.2f} [{g['calibrationInterceptCi'][0]:+.2f}, {g['calibrationInterceptCi'][1]:+.2f}]"])
    a, own, flips, robust = r["abstention"], r["ablation"]["groupThresholds"], r["flips"], r["robustness"]
    robust_rows = [[n, v["stays"], v["variables"], f"{v['largest']:.3f} ({v['variable']})", v["over.3"], f"{v['mean']:.4f}"] for n, v in robust.items()]
    proxies = "; ".join(f"{k} ({v['asks']}) AUROC {f(v['auroc'])}, n {v['n']}" for k, v in r["proxy"].items())
    forced = "too few to say" if a["aurocRefusedIfForced"] is None else f"{a['aurocRefusedIfForced']:.3f}"
    c = r["correction"]
    (folder / "card.md").write_text(f"""# {manifest['name']} {manifest['version']}

{SENTENCE}

Role `{manifest['implements']}`, sha256 `{manifest['sha256']}`, licence {manifest['licence']}, {r['bytes'] // 1024} KiB.

## Question and user
{RECIPES[which].title}: how likely? For intensivists as one voice in a review of prognosis, and for those who audit scores for fairness.

## Not for
Triage; limiting or withdrawing treatment; any claim of fairness in general (measures of it contradict each other); children; people whose
care is comfort only. The figures of the CAP paper (a language model on MIMIC-IV) are not ours.

## Population
{POPULATION[which]}

## Input and exclusions
`features` (B, {r['features']}) float32, NaN = missing, in the order of model.json; no sex, no race, no count of measurements. Excluded: {', '.join(manifest['exclusions'])}.
Left out as leakage: inference/modules/cap-icu/leakage.json, with reasons.

## Architecture
Boosted oblivious trees (CatBoost), several seeds averaged, monotone where medicine is sure (age, lactate, creatinine, urea up; coma score by its direction),
as gathers in one ONNX graph. {manifest['calibration']['method']} calibration on out-of-fold logits. CAP: up to {c['cases']} similar stay(s) out of a bank of {r['bankCases']}
move the logit by k {c['k']}, lambda {c['lambda']}, at most {c['cap']}; k and lambda from cross-validation. **A larger k only cost accuracy: on this model the
correction is next to nothing**, as specs 06 section 9 expects of a well-fitted tree.

## Training data
{table(["data", "licence", "kind", "years", "stays (patients)", "died"], [[data['name'], data['licence'], "real", data['years'], data['nPatients'], data['positives']]])}

Held back and never used to train or to choose: stays whose sha256('cap-icu|' + id) begins with a byte below 51. This report was made
after the last choice. Before, it had been read while evaluation, reports and the study of planted bias were built; nothing was chosen by what it showed.

## Results on real data, held back
n {r['n']}, {r['positives']} died ({100 * r['prevalence']:.1f} %; training part {100 * r['trainPrevalence']:.1f} %); intervals: 2,000 draws of patients. Inside the training part
(cross-validated): AUROC {r['crossValidated']['auroc']:.3f}, AUPRC {r['crossValidated']['auprc']:.3f}, ECE {r['crossValidated']['ece']:.3f}.

{table(["model", "AUROC", "AUPRC", "AUROC served minus this", "Brier", "ECE"], rows)}

Scores that the file lacks count as the median.{" `support-model` is the study's own two-month model, which uses more inputs." if which == "support2" else ""} In the training part the same
scores reach {', '.join(f"{n} {v:.3f}" for n, v in r['scoresInTraining'].items())}: how hard the draw of the held-back part is, no model of ours asked.

### Targets
{table(["target", "wanted", "got", ""], targets(which, r))}

## Calibration
Slope {f(r['metrics']['calibration.slope'])}, intercept {f(r['metrics']['calibration.intercept'])}, ECE {f(r['metrics']['ece'])}, Brier {f(r['metrics']['brier'])}.
Plot: training/cap-icu/plots/{which}.svg. The held-back part's share of deaths differs from the training part's by chance of the split; the intercept shows it.

## Base, fair and CAP
At the cut that calls as many as died. EOD: largest difference of sensitivity between groups with 30 stays and 20 deaths or more.

{table(["variant", "AUROC", "EOD sex", "EOD age", "EOD race", "largest EOD"], ablation)}

Cuts of each age band's own (post-processing, chosen on the training part): EOD by age {f(own['eod.age'])}, sensitivity {own['sensitivityBase']:.2f} to {own['sensitivity']:.2f},
false positives {own['falsePositiveRateBase']:.3f} to {own['falsePositiveRate']:.3f}.

Flips: age +10 y mean {flips['age+10']['mean']:+.3f} (largest {flips['age+10']['largest']:.3f}), age -10 y {flips['age-10']['mean']:+.3f}; sex and race: not informative (no inputs). By way of the
cases they can move what is served: sex at most {flips['sexThroughBank']['largest']:.3f}{f", race (white, black) at most {flips['raceThroughBank']['largest']:.3f}" if 'raceThroughBank' in flips else ''}.
Proxies: the inputs tell {proxies}.

## Subgroups
{table(["group", "n", "died", "AUROC", "sensitivity", "false positives", "PPV", "calibration intercept"], groups)}

Out of fold in the training part, where more died, the calibration intercepts are: {'; '.join(f"{g['group']} {g['calibrationIntercept']:+.2f} ({g['positives']} of {g['n']})" for g in r['outOfFoldGroups'])}.

## Feature reliance
Leading: {', '.join(r['reliance']['leading'])}. Cosines between groups in the table of targets, beside permuted groups.

## Abstention
Refused for missing data: {a['refused']} of {r['n']} ({100 * a['share']:.1f} %), {a['died']} of them died. AUROC of the others {a['aurocAnswered']:.3f}, of the refused if forced: {forced}.

## Faults of a feed
Change of the probability when one variable is repeated, lacks its last six hours, is missing, or comes in another unit unnoticed (stays x variables).

{table(["fault", "stays", "variables", "largest (variable)", "over .3", "mean"], robust_rows)}
{planted(known)}
## Known failures
{chr(10).join('- ' + t for t in FAILURES['support2' if which == 'support2' else '24h'])}

## What would change our mind
Two hundred stays of this hospital, thirty deaths among them, on which the ranking is no better than a logistic model of fifteen values, or on which the
calibration intercept leaves +-.2 in a group and recalibration does not mend it: then switch it off.

## How the figures were made
`python training/cap-icu/train.py {which}`, `golden.py`, `planted_bias.py`, `report.py` (training/cap-icu/README.md); training took {manifest['training']['minutes']} minutes on a
machine shared with other work; graph latency p50 {r['latency']['p50Ms']:.2f} ms, p95 {r['latency']['p95Ms']:.2f} ms on it.
""")
