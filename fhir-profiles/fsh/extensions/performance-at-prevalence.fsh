Extension: PerformanceAtPrevalence
Id: performance-at-prevalence
Title: "Performance at the assumed prevalence"
Description: "What the operating point is worth at the prevalence assumed: shown together, since a predictive value says nothing without the others (specs README, section G). Fractions of 1. fractionRuledOut is the part of all tracings that falls into the rule-out band."
* insert Guide
* insert Extends(RiskAssessment.prediction)
* extension contains
    prevalence 1..1 and
    sensitivity 1..1 and
    specificity 1..1 and
    ppv 1..1 and
    npv 1..1 and
    fractionRuledOut 1..1 and
    threshold 0..1 and
    data 0..1
* insert Fraction(prevalence)
* insert Fraction(sensitivity)
* insert Fraction(specificity)
* insert Fraction(ppv)
* insert Fraction(npv)
* insert Fraction(fractionRuledOut)
* insert Fraction(threshold)
* extension[data].value[x] only string
* extension[data].value[x] 1..1

RuleSet: Fraction(name)
* extension[{name}].value[x] only decimal
* extension[{name}].value[x] 1..1
* extension[{name}].valueDecimal obeys hb-probability
