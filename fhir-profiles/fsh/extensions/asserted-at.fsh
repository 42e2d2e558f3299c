Extension: AssertedAt
Id: asserted-at
Title: "Asserted at"
Description: "When the sender said it (MSH-7): of two statements the later one holds, in whatever order they arrive."
* insert Guide
* insert Extends(DomainResource)
* value[x] only instant
* value[x] 1..1
