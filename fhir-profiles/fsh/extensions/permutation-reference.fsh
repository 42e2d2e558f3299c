Extension: PermutationReference
Id: permutation-reference
Title: "The same difference between groups that mean nothing"
Description: "What a largest difference between groups is when patients of equal outcomes exchange their groups at random: median and 95th percentile, and the share p of exchanges with at least the difference that was found. The largest of several differences is above zero without any gap; without this reference it must not be read."
* insert Guide
* insert Extends(MeasureReport.group)
* extension contains
    median 1..1 and
    p95 1..1 and
    p 1..1
* extension[median].value[x] only decimal
* extension[median].value[x] 1..1
* extension[p95].value[x] only decimal
* extension[p95].value[x] 1..1
* extension[p].value[x] only decimal
* extension[p].value[x] 1..1
