RuleSet: OfKind(kind)
* ^status = #active
* ^experimental = false
* include codes from system HisBundleConcepts where kind = "{kind}"
