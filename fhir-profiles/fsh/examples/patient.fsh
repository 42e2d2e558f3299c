Instance: example-patient
InstanceOf: Patient
Usage: #example
Title: "Simulated patient"
* identifier.system = "urn:oid:2.999.1"
* identifier.value = "SIM-0001"
* name.family = "Simulated"
* name.given = "One"
* gender = #female
* birthDate = "1957-03-02"
