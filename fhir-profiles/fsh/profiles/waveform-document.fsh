Profile: HisBundleWaveformDocument
Parent: DocumentReference
Id: hisbundle-waveform-document
Title: "Waveform blob of a recording"
Description: "Names by sha256 the blob that holds every sample of one recording, all groups, gaps listed. The content is fetched from the blob store, never inlined."
* insert Guide
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
// The MessageSource extension goes here too; it is complex, and its parts would be read as slices of this element.
* extension contains SampleDigest named sampleDigest 0..1
* extension[sampleDigest].url = "__BASE__/StructureDefinition/sample-digest" (exactly)
* masterIdentifier 1..1
* masterIdentifier.system 1..1
* masterIdentifier.system = $ID-BLOB-SHA256
* masterIdentifier.value 1..1
* masterIdentifier.value obeys hb-sha256
* type 1..1
* type = $LNC#11524-6
* subject only Reference(Patient)
* content 1..1
* content.attachment.contentType 1..1
* content.attachment.data 0..0
* content.attachment.url 1..1
* content.attachment.size 1..1
* content.format 1..1
* content.format = $HIS#waveform-blob-1
* masterIdentifier and type and subject and content MS
