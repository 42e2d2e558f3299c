# __NAME__

HL7 v2 results of the dialect __NAME__. Kind `ORU^__EVENT__`; a feed takes it when its option `types` names it.

- **Read**: PID, OBR, OBX as in hl7v2-lab.
- **Ignored**: visit, notes, specimen containers.
- **Refused**: `HL7_SEGMENT_MISSING` (PID), `HL7_NO_CONTROL_ID`, and what the parser refuses.
