ValueSet: RefusalReasons
Id: refusal-reasons
Title: "Refusal reasons"
Description: "Why a module gave no result."
* insert OfKind(refusal)
