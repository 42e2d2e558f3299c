Extension: AlertBand
Id: alert-band
Title: "Band of an alert"
Description: "Name of the site's band that called for the alert; a higher band opens a new alert."
* insert Guide
* insert Extends(Task)
* value[x] only string
* valueString 1..1
