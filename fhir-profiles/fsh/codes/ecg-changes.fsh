ValueSet: EcgChanges
Id: ecg-changes
Title: "Verdicts on a difference between two ECGs"
Description: "Whether a difference between two tracings of one person exceeds the reference change value."
* insert OfKind(change)
