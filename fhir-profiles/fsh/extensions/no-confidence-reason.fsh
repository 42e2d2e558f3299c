Extension: NoConfidenceReason
Id: no-confidence-reason
Title: "Reason for giving no confidence"
Description: "Why a result carries no AIconfidence, in words: AIconfidence is the probability that the result is correct, which a probability of the outcome is not."
* insert Guide
* insert Extends(Element)
* value[x] only string
* valueString 1..1
