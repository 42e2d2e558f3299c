CodeSystem: HisBundleConcepts
Id: his-bundle-concepts
Title: "His Bundle concepts"
Description: "Concepts for which no public code was verified. The property kind says what sort of thing a code names. A definition states unit, method and population where the concept is a quantity."
* ^status = #active
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^property[0].code = #kind
* ^property[0].description = "module, observation, condition, refusal, quality, ecg-statement, task, alert-decision, flag, device, document, change, band, absence"
* ^property[0].type = #code

// Modules: what an order asks for (OBR-4, ServiceRequest.code), what a report answers, and the method of a result.
* insert Concept(module, ecgomics, Measured ECG biomarkers, [[Intervals, axes, amplitudes and rhythm measures of one ECG, and what changed since the last one. Method: module ecgomics.]])
* insert Concept(module, pocket-k, Potassium screen from one ECG lead, [[Whether dangerous venous potassium can be ruled out from Lead I of one ECG of an adult. Method: module pocket-k. Never a potassium result.]])
* insert Concept(module, ecg-r1, Stepwise ECG interpretation, [[What one 12-lead ECG shows, step by step, with evidence. Method: module ecg-r1.]])
* insert Concept(module, anyecg, Condition profile from the ECG, [[Which conditions one ECG makes more likely than age and sex alone. Method: module anyecg.]])
* insert Concept(module, holter-sleep, Night report from the ECG, [[Heart and breathing over one night from one ECG lead. Method: module holter-sleep.]])
* insert Concept(module, cap-icu, ICU mortality estimate, [[Risk of death in this intensive-care stay, with a fairness audit. Method: module cap-icu.]])
* insert Concept(module, ppg-valve, Aortic valve screen from the pulse wave, [[Whether the shape of the pulse calls for an echo of the aortic valve. Method: module ppg-valve.]])
* insert Concept(module, spirogram-rhf, Right heart screen from the spirogram, [[Whether the forced expiration calls for a look at the right heart. Method: module spirogram-rhf.]])
* insert Concept(module, ecgflowcmr, Synthetic cine from the ECG, [[What heart would fit this ECG, for teaching and phenotype estimates. Method: module ecgflowcmr. Synthetic.]])
* insert Concept(module, miedb, Stated image edit, [[An edit of one image in a stated way that leaves the rest untouched. Method: module miedb.]])

// Verdicts on a difference between two tracings of one person.
* insert Concept(change, ecg-changed, Changed, [[The difference exceeds the reference change value: unlikely between two tracings of an unchanged person.]])
* insert Concept(change, ecg-not-changed, Not changed, [[The difference lies within the reference change value.]])

// Outcomes and conditions without a verified public code.
* insert Concept(condition, hyperkalaemia-ge-6.0, Potassium 6.0 mmol/L or more, [[Venous potassium of 6.0 mmol/L or more, not haemolysed, within one hour of the ECG. Population: adults.]])
* insert Concept(condition, hypokalaemia-lt-3.5, Potassium below 3.5 mmol/L, [[Venous potassium below 3.5 mmol/L, not haemolysed, within one hour of the ECG. Population: adults.]])
* insert Concept(condition, any-condition, Any condition of the profile, [[Stands in place of a condition where a condition profile shows none. Method: module anyecg.]])
* insert Concept(condition, icu-mortality-risk, Death in this ICU stay, [[Death before the end of this intensive-care stay. Population: adults in intensive care.]])

// Bands of the estimate of mortality (CAP, arXiv 2512.19735).
* insert Concept(band, icu-risk-very-low, Very low risk of death, [[Estimated probability of death in hospital below .05. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(band, icu-risk-low, Low risk of death, [[Estimated probability of death in hospital from .05 to below .20. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(band, icu-risk-moderate, Moderate risk of death, [[Estimated probability of death in hospital from .20 to below .40. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(band, icu-risk-considerable, Considerable risk of death, [[Estimated probability of death in hospital from .40 to below .60. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(band, icu-risk-high, High risk of death, [[Estimated probability of death in hospital from .60 to below .85. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(band, icu-risk-very-high, Very high risk of death, [[Estimated probability of death in hospital of .85 and more. Method: module cap-icu. Population: adults in intensive care.]])

// What a condition profile says of a condition against people of the same age and sex.
* insert Concept(band, condition-raised, Raised, [[The tracing makes the condition more likely than age and sex alone, among the shown ones at a false discovery rate of .10. Method: module anyecg. Population: adults of 18 to 90 years.]])
* insert Concept(band, condition-not-raised, Not raised, [[The tracing does not make the condition more likely than age and sex alone beyond chance. Method: module anyecg. Population: adults of 18 to 90 years.]])

// Why a value stands without a number.
* insert Concept(absence, flip-not-informative, Flip not informative, [[Neither the predictor nor the choice of cases reads the attribute: changing it cannot change the estimate, which proves nothing.]])

// Quantities.
* insert Concept(observation, hyperkalaemia-gt-5.5-probability, Probability of potassium above 5.5 mmol/L, [[Probability 0..1 that venous potassium is above 5.5 mmol/L within one hour of the ECG. Method: pocket-k on Lead I. Population: adults, at the prevalence stated.]])
* insert Concept(observation, hyperkalaemia-ge-6.0-probability, Probability of potassium 6.0 mmol/L or more, [[Probability 0..1 that venous potassium is 6.0 mmol/L or more within one hour of the ECG. Method: pocket-k on Lead I. Population: adults, at the prevalence stated.]])
* insert Concept(observation, hypokalaemia-lt-3.5-probability, Probability of potassium below 3.5 mmol/L, [[Probability 0..1 that venous potassium is below 3.5 mmol/L within one hour of the ECG. Method: pocket-k on Lead I. Population: adults, at the prevalence stated.]])
* insert Concept(observation, pocket-k-band, Potassium screen band, [[Band of the site's operating points into which the probabilities fall: low, medium or high. No unit. Method: pocket-k.]])
* insert Concept(observation, estimated-potassium-shift, Estimated potassium shift, [[Potassium in mmol/L that would fit the ECG, with an interval. Method: pocket-k. Never a laboratory value; off by default.]])
* insert Concept(observation, ecg-signal-quality, ECG signal quality, [[Verdict acceptable, limited or unacceptable with coded reasons, per tracing and per lead. No unit. Method: quality gate of His Bundle on samples in mV.]])
* insert Concept(observation, clip-probability, Probability of one clip, [[Probability 0..1 of the first-named outcome in one 10 s clip of a longer strip. Method: as the observation says.]])
* insert Concept(observation, occlusion-explanation, Occlusion explanation, [[Fall of the score (logit, 1) when a part of the beat is replaced in all beats at once by its baseline, or by that of an earlier tracing of the person which the Observation then names as derived from, as components; above 0 it speaks for the outcome. Method: as the observation says.]])
* insert Concept(observation, occlusion-p, P wave, [[Fall of the logit (1) without the P wave. Method: occlusion.]])
* insert Concept(observation, occlusion-pr, PR segment, [[Fall of the logit (1) without what lies between P and QRS. Method: occlusion.]])
* insert Concept(observation, occlusion-qrs, QRS complex, [[Fall of the logit (1) without the QRS complex. Method: occlusion.]])
* insert Concept(observation, occlusion-st, ST segment, [[Fall of the logit (1) without what lies between QRS and T. Method: occlusion.]])
* insert Concept(observation, occlusion-t, T wave, [[Fall of the logit (1) without the T wave. Method: occlusion.]])
* insert Concept(observation, own-reference-comparison, Comparison with the own reference tracing, [[What differs from an earlier tracing of the same person whose potassium was 3.5 to 5.0 mmol/L, as components: this tracing minus the earlier one. Method: pocket-k on Lead I. Population: adults.]])
* insert Concept(observation, probability-without-reference, Probability without the own reference, [[Probability 0..1 of venous potassium above 5.5 mmol/L from this tracing alone. Method: pocket-k on Lead I. Population: adults.]])
* insert Concept(observation, change-t-amplitude, Change of T amplitude, [[Lead I, mV, this tracing minus the own reference tracing. Median over the beats. Method: pocket-k.]])
* insert Concept(observation, change-t-width, Change of T width, [[Lead I, ms, this tracing minus the own reference tracing. Median over the beats. Method: pocket-k.]])
* insert Concept(observation, change-p-amplitude, Change of P amplitude, [[Lead I, mV, this tracing minus the own reference tracing. Median over the beats. Method: pocket-k.]])
* insert Concept(observation, change-pr-interval, Change of PR interval, [[Lead I, ms, this tracing minus the own reference tracing. Median over the beats. Method: pocket-k.]])
* insert Concept(observation, change-qrs-duration, Change of QRS duration, [[Lead I, ms, this tracing minus the own reference tracing. Median over the beats. Method: pocket-k.]])
* insert Concept(observation, pr-interval, PR interval, [[Global PR interval in ms. Method: delineation of the median beat. Any population.]])
* insert Concept(observation, ecg-measurement-panel, ECG measurement panel, [[All that one run measured of one ECG of any leads, as members. No unit. Method: module ecgomics. Any population.]])
* insert Concept(observation, ecg-structural-features, Structural ECG features, [[Further features of presence, direction, form and duration of one ECG, as components. Units as each component says. Method: module ecgomics. Any population.]])
* insert Concept(observation, ecg-intensity-features, Intensity ECG features, [[Further features of heights, areas and energies of one ECG, as components. Units as each component says. Method: module ecgomics. Any population.]])
* insert Concept(observation, ecg-functional-features, Functional ECG features, [[Further features of rhythm and variability of one ECG, as components. Units as each component says. Method: module ecgomics. Any population.]])
* insert Concept(observation, ecg-comparative-features, Comparative ECG features, [[Features of one ECG against those of other people, as components. Units as each component says. Method: module ecgomics. Adults of 20 to 85 years.]])
* insert Concept(observation, ecg-lead-amplitudes, Amplitudes of the leads, [[Heights of P, Q, R, S and T in each lead of the median beat, in mV, as components. Method: module ecgomics. Any population.]])
* insert Concept(observation, ecg-lead-st, ST levels of the leads, [[Level at and behind the J point in each lead of the median beat, in mV, as components. Method: module ecgomics. Any population.]])
* insert Concept(observation, ecg-lead-durations, Durations of the leads, [[Durations in each lead of the median beat, in ms, as components. Method: module ecgomics. Any population.]])
* insert Concept(observation, delineation-disagreement, Disagreement of the two delineations, [[Median absolute difference in ms between the marks of the classical and the network delineation, per wave and edge. Method: module ecgomics. Any population.]])
* insert Concept(observation, reference-change-value, Reference change value, [[1.96 x sqrt(2) x sqrt(analytic variance + within-person variance), in the unit of the quantity: a smaller difference between two tracings of one person is expected without any change. Method: module ecgomics.]])
* insert Concept(observation, earlier-value, Value of the earlier tracing, [[The same quantity as measured on the same person's earlier tracing, in its unit. Method: module ecgomics.]])
* insert Concept(observation, ahi-sleep-study, [[Apnoea-hypopnoea index, sleep study]], [[Apnoeas and hypopnoeas per hour of scored sleep ({events}/h) of a polysomnography. Only for imported scored studies.]])
* insert Concept(observation, apnoea-minutes-per-hour-ecg, [[Minutes with apnoea per hour, from the ECG]], [[Minutes with apnoea per scorable hour (min/h). Method: holter-sleep. Not an apnoea-hypopnoea index.]])
* insert Concept(observation, lvef-from-synthetic-cine, LVEF of a synthetic cine, [[Ejection fraction in % measured on a generated cine. Method: ecgflowcmr. Never a measurement of the patient.]])
* insert Concept(observation, icu-mortality-probability, Probability of death in hospital, [[Probability 0..1 of death before discharge from hospital, from the first hours of an intensive-care stay. Method: cap-icu. Population: adults in intensive care, at the prevalence stated.]])
* insert Concept(observation, icu-inputs, Inputs of an estimate of mortality, [[Statistics of the first hours of an intensive-care stay as the model took them, as components. Units as each component says. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(observation, counterfactual-flip, Estimate with one attribute changed, [[Difference of the served probability (1) when sex, recorded race or age alone is changed and all else stays, as components. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(observation, confirmatory-test, Confirmatory test, [[The cheap test that would confirm a condition which a module suggests; the text names it. Method: as the module says.]])
* insert Concept(observation, comorbidity-lift, Comorbidity lift, [[Shrunk log odds ratio (1) of two conditions in the training labels, a pair as component with both codes. Method: module anyecg. Says nothing of causes.]])
* insert Concept(observation, flip-sex, Other sex, [[Served probability (1) for the other sex minus that for the recorded one, all else equal. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(observation, flip-race, Another race, [[Served probability (1) for another race minus that for the recorded one, all else equal. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(observation, flip-age-older, Ten years older, [[Served probability (1) at an age ten years higher minus that at the recorded age, all else equal. Method: module cap-icu. Population: adults in intensive care.]])
* insert Concept(observation, flip-age-younger, Ten years younger, [[Served probability (1) at an age ten years lower minus that at the recorded age, all else equal. Method: module cap-icu. Population: adults in intensive care.]])

// Documents.
* insert Concept(document, waveform-blob-1, Waveform blob version 1, [[One recording as a blob: JSON header and little-endian samples, lead by lead, gaps listed; named by its sha256.]])
* insert Concept(document, cine-series, Cine series, [[An assembled image series, frames ordered by slice and trigger time.]])
* insert Concept(document, ecg-feature-table, ECG feature table, [[Every feature of one tracing as CSV: id, lead, value, unit, interval, reference interval, or the reason why it is absent.]])
* insert Concept(document, language-model-exchange, Exchange with a language model, [[What a language model was asked for one result and what it answered, as JSON: words, attempts, and the answer that passed.]])
* insert Concept(document, ecg-night-report, Night report, [[Report of one night's ECG.]])

// Refusals.
* insert Concept(refusal, unit-unknown, Unit unknown, The unit of the samples or of the value is missing or not known.)
* insert Concept(refusal, rate-too-low, Sampling rate too low, The sampling rate is below what the question needs.)
* insert Concept(refusal, too-short, Recording too short, The recording is shorter than the question needs.)
* insert Concept(refusal, quality-unacceptable, Quality unacceptable, The signal did not pass the quality gate; the reasons are coded beside it.)
* insert Concept(refusal, lead-missing, Lead missing, A lead that the question needs is not in the recording.)
* insert Concept(refusal, lead-reversal, Lead reversal suspected, The leads look interchanged.)
* insert Concept(refusal, paced, Paced rhythm, The heart is paced; the model was not made for that.)
* insert Concept(refusal, age-out-of-range, Age out of range, The patient's age lies outside the model's population.)
* insert Concept(refusal, demographics-missing, Demographics missing, Birth date or sex is unknown and the question needs it.)
* insert Concept(refusal, rhythm-unsuitable, Rhythm unsuitable, The rhythm lies outside the model's population.)
* insert Concept(refusal, out-of-distribution, Out of distribution, The input is unlike what the model was trained on.)
* insert Concept(refusal, patient-mismatch, Patient mismatch, [[Identifier and demographics contradict each other; a person must resolve it first.]])
* insert Concept(refusal, patient-unidentified, Patient not identified, The message does not say which patient it is about.)
* insert Concept(refusal, input-retracted, Input retracted, The sender took the input back.)
* insert Concept(refusal, input-missing, Input missing, [[No input arrived in time: an order found no ECG before its time-out.]])
* insert Concept(refusal, input-conflict, Input in conflict, The same instance arrived twice with different content and is held back.)
* insert Concept(refusal, input-too-large, Input too large, [[There is more of it than is read: a part would be mistaken for the whole.]])
* insert Concept(refusal, clips-disagree, Clips disagree, [[The 10 s clips of one strip differ in their score by more than the site allows.]])
* insert Concept(refusal, model-unavailable, Model unavailable, The model is missing or does not pass its checks.)
* insert Concept(refusal, deadline-exceeded, Deadline exceeded, The run did not end in its time limit.)
* insert Concept(refusal, consent-not-permitted, Not permitted by consent, The patient's consent does not permit this use.)
* insert Concept(refusal, order-cancelled, Order cancelled, The order was cancelled before there was a result.)
* insert Concept(refusal, clock-implausible, Clock implausible, The acquisition time lies in the future or is a factory date.)
* insert Concept(refusal, bandwidth-too-low, Bandwidth too low, The recording's bandwidth is below what the feature needs.)
* insert Concept(refusal, beats-too-few, Too few beats, There are too few normal beats.)
* insert Concept(refusal, value-implausible, Value implausible, [[A value lies outside what is possible after conversion; taken for a unit error.]])
* insert Concept(refusal, value-unreliable, Value unreliable, [[The specimen spoils the value: a potassium of a haemolysed one.]])
* insert Concept(refusal, p-wave-not-applicable, P wave not applicable, [[Atrial fibrillation, flutter or pacing: there is no P wave to be measured.]])
* insert Concept(refusal, wave-not-found, Wave not found, The wave or edge that the measurement needs was not seen.)
* insert Concept(refusal, no-earlier-tracing, No earlier tracing, [[The record holds no earlier measured tracing of the same person, or not this measurement of it.]])
* insert Concept(refusal, not-finite, No finite value, [[The formula gives no finite number for this recording.]])
* insert Concept(refusal, data-insufficient, Data insufficient, [[More than half of the core variables of the stay have no value.]])
* insert Concept(refusal, too-early, Too early, [[The stay has lasted less than six hours.]])
* insert Concept(refusal, comfort-care, Comfort care only, [[The code status is comfort care only: an estimate would fulfil itself.]])
* insert Concept(refusal, encounter-merged, Encounter merged, [[The encounter was merged or moved and the stay is not settled.]])

// Quality reasons and verdicts.
* insert Concept(quality, acceptable, Acceptable, The signal passed every check.)
* insert Concept(quality, limited, Limited, The signal passed with a reservation that is coded beside it.)
* insert Concept(quality, unacceptable, Unacceptable, The signal failed a check.)
* insert Concept(quality, non-finite, Missing or non-finite samples, The lead holds gaps or values that are no numbers.)
* insert Concept(quality, flat, Flat line, [[Standard deviation below 5 uV in more than 20 % of 1 s windows.]])
* insert Concept(quality, clipped, Clipped, [[1 % or more of the samples lie at either rail.]])
* insert Concept(quality, amplitude-out-of-range, Amplitude out of range, [[Peak to peak below 0.1 mV or above 10 mV.]])
* insert Concept(quality, mains, Mains interference, [[Power at 50 or 60 Hz is large against the power from 0.5 to 40 Hz.]])
* insert Concept(quality, wander, Baseline wander, [[Power below 0.5 Hz is large against the whole.]])
* insert Concept(quality, detectors-disagree, Beat detectors disagree, Two different QRS detectors do not find the same beats within 150 ms.)
* insert Concept(quality, rate-out-of-range, Rate out of range, [[The median RR interval is that of a rate below 25 or above 250 a minute.]])
* insert Concept(quality, like-noise, Like noise, [[Kurtosis of the lead below 3.5: its samples are spread as noise is.]])
* insert Concept(quality, leads-inconsistent, Leads inconsistent, [[I + III - II is above 0.05 mV and nine tenths of the size of the leads.]])
* insert Concept(quality, zero-padded, Zero-padded, [[The recording lasts between 8 and 10 s and was padded.]])
* insert Concept(quality, reversal-not-assessable, Reversal not assessable, Lead reversal cannot be seen from the leads at hand.)
* insert Concept(quality, pacing-not-assessable, Pacing not assessable, Pacing cannot be seen from the leads at hand.)
* insert Concept(quality, qrs-wide-preexisting, QRS wide before, A bundle branch block or wide QRS was known before.)
* insert Concept(quality, out-of-distribution-limited, Unlike the training data, [[The tracing lies further from the training data than 99 % of them, and nearer than the limit of refusal.]])
* insert Concept(quality, potassium-haemolysed, Potassium unreliable: haemolysed, The potassium that triggered the run is of a haemolysed sample.)
* insert Concept(quality, potassium-missing, Potassium missing, [[The laboratory has no value: cancelled, not performed, or of a rejected specimen. A reason to screen.]])
* insert Concept(quality, potassium-high, Potassium high, [[The laboratory's potassium lies above the site's limit, 5.5 mmol/L unless it says otherwise. A reason to screen.]])
* insert Concept(quality, delineated-without-network, Delineated without the network, [[The delineation network could not run: the marks are those of the classical path alone.]])
* insert Concept(quality, specimen-haemolysed, Specimen haemolysed, [[The specimen is haemolysed: the value is never truth, trigger value, reference or suppressor, but a reason to screen.]])
* insert Concept(quality, specimen-rejected, Specimen rejected, [[The laboratory rejected the specimen: what was measured of it is never truth, trigger value, reference or suppressor, but a reason to screen.]])

// ECG statements (written by ecg-r1; one each for the terms that the path already stores).
* insert Concept(ecg-statement, pacing-spikes, Pacing spikes, The record states that the heart is paced.)

// Tasks: alert and worklist.
* insert Concept(task, risk-alert, Risk alert, A result passed the site's alert band; a named person is asked to act and to acknowledge.)
* insert Concept(task, worklist-patient-mismatch, Resolve a patient mismatch, [[An input matches an identifier but contradicts birth date, sex or family name.]])
* insert Concept(task, worklist-unidentified, Identify a patient, [[An input has a blank, placeholder or emergency identifier.]])
* insert Concept(task, worklist-patient-merge, Resolve a merge, A merge could not be done as it was sent.)
* insert Concept(task, worklist-clock, Check a device clock, The clock of a source jumped by more than five minutes or is implausible.)
* insert Concept(task, worklist-order-unclosed, Close an order, An order was not closed in its time.)
* insert Concept(task, worklist-drift, Look into drift, A drift limit was passed.)
* insert Concept(task, worklist-fairness, Look into a gap between groups, [[A model or score finds the ill of one group less often than of another, beyond the limit and beyond chance.]])
* insert Concept(task, worklist-model, Look at a model folder, [[A changed model was not put in service because a check failed; the earlier one still serves.]])
* insert Concept(task, worklist-input-conflict, Resolve an input conflict, The same instance arrived twice with different content.)

// Why a band did not become an alert.
* insert Concept(alert-decision, normal-potassium, Normal potassium collected in time, [[A final, not haemolysed potassium of 3.5 to 5.0 mmol/L collected from 30 min before to 60 min after the ECG.]])
* insert Concept(alert-decision, suppressed-normal-potassium, Suppressed: normal potassium, [[The band called for an alert; it was not raised because of a normal potassium collected in time.]])
* insert Concept(alert-decision, collapsed, Collapsed, [[An alert of the same band and encounter is open and not acknowledged.]])
* insert Concept(alert-decision, result-retracted, Result retracted, The result that called for the alert was taken back.)
* insert Concept(alert-decision, result-corrected, Result corrected, The result that called for the alert was corrected below the band.)

// Flags (meta.tag).
* insert Concept(flag, shadow, Shadow mode, [[The module runs for observation only: the result goes to nobody.]])
* insert Concept(flag, advisory, Advisory mode, The site approved that results of this module are sent.)
* insert Concept(flag, fhir-only, Not for HL7 v2, [[The site does not want this result sent as an HL7 v2 message: it stands in the record and goes to FHIR receivers only.]])
* insert Concept(flag, late, Late, [[Received more than 60 min after acquisition, replayed, or patient discharged or dead: stored, no alert.]])
* insert Concept(flag, synthetic, Synthetic, [[Derived from a synthetic or simulated source.]])
* insert Concept(flag, provisional, Provisional patient, Created from an ORU or a DICOM object and not yet confirmed by an ADT message.)
* insert Concept(flag, quarantine, Quarantine, [[Held back until a person resolves it: no inference, alert or outbound.]])
* insert Concept(flag, wrong-patient, Of another person, [[With status entered-in-error: taken back because it was another person's, and not merely deleted. HL7 v2 receivers get OBX-11 W in place of D.]])
* insert Concept(flag, incomplete, Incomplete, An assembled series that timed out before all its parts arrived.)
* insert Concept(flag, unidentified, Unidentified patient, [[The patient record was made for a message with a blank, placeholder or emergency identifier.]])
* insert Concept(flag, encounter-inferred, Encounter inferred from time, The message names no visit; the only encounter open at that time was taken.)
* insert Concept(flag, ai-use, Use by an algorithm, [[That an algorithm estimates something about a person from the person's record: what a Consent may deny, as its category or as action, purpose or code of a provision.]])
* insert Concept(flag, replayed, Replayed message, The message was played again after a fix; it raises no alert.)

// Device.
* insert Concept(device, model-version, Model version, Version of the model as its maker counts.)
* insert Concept(device, model-sha256, Model sha256, sha256 of the model file.)
* insert Concept(device, research-only-device, Research only, Not a medical device; not for clinical use.)

// Features of ECGomics, one each, from its catalogue (ecg-features.fsh).
* insert EcgFeatureConcepts

// Inputs of the estimates of mortality, one each (icu-features.fsh).
* insert IcuFeatureConcepts

// Conditions and statements of AnyECG's shipped labels, one each (anyecg-conditions.fsh).
* insert AnyEcgConditionConcepts
