Extension: MessageSource
Id: message-source
Title: "Message source"
Description: "The message that brought or changed a resource: envelope id, feed, and the sender's control id. Never a patient identifier."
* insert Guide
* insert Extends(DomainResource)
* extension contains
    envelope 1..1 and
    feed 0..1 and
    controlId 0..1
* extension[envelope].value[x] only string
* extension[envelope].value[x] 1..1
* extension[feed].value[x] only string
* extension[feed].value[x] 1..1
* extension[controlId].value[x] only string
* extension[controlId].value[x] 1..1
