# __NAME__

One clinical question, asked of each new ECG. Needs a model folder for the role `__NAME__/1`; without one every answer is
the refusal `model-unavailable`.

- **Read**: ECG Observations (LOINC 11524-6) and Lead I of their waveform.
- **Ignored**: everything else.
- **Refused by code**: `lead-missing`, `too-short`, `quality-unacceptable`, `model-unavailable`.
