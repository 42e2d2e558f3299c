Extension: CaseBasedShift
Id: case-based-shift
Title: "Shift by retrieved cases"
Description: "How far and by what an estimate was moved (CAP, arXiv 2512.19735): what the predictor said of the stay as it is (base), told to leave protected attributes aside (fair), and the logits by which similar stays moved it that had been mispredicted. A case is named by its id in the bank, never by a patient; all fractions of 1."
* insert Guide
* insert Extends(RiskAssessment.prediction)
* extension contains
    predictor 1..1 and
    base 1..1 and
    fair 1..1 and
    shift 1..1 and
    bankVersion 1..1 and
    retrieved 0..*
* extension[predictor].value[x] only code
* extension[predictor].value[x] 1..1
* insert Fraction(base)
* insert Fraction(fair)
* extension[shift].value[x] only decimal
* extension[shift].value[x] 1..1
* extension[bankVersion].value[x] only string
* extension[bankVersion].value[x] 1..1
* extension[retrieved].value[x] 0..0
* extension[retrieved].extension contains
    id 1..1 and
    similarity 1..1 and
    demographicScore 1..1 and
    died 1..1 and
    predicted 1..1 and
    selectedFor 1..1
* extension[retrieved].extension[id].value[x] only string
* extension[retrieved].extension[id].value[x] 1..1
* extension[retrieved].extension[similarity].value[x] only decimal
* extension[retrieved].extension[similarity].value[x] 1..1
* extension[retrieved].extension[demographicScore].value[x] only decimal
* extension[retrieved].extension[demographicScore].value[x] 1..1
* extension[retrieved].extension[died].value[x] only boolean
* extension[retrieved].extension[died].value[x] 1..1
* extension[retrieved].extension[predicted].value[x] only decimal
* extension[retrieved].extension[predicted].value[x] 1..1
* extension[retrieved].extension[selectedFor].value[x] only code
* extension[retrieved].extension[selectedFor].value[x] 1..1
