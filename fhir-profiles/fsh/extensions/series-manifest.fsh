Extension: SeriesManifest
Id: series-manifest
Title: "Series manifest"
Description: "Names by sha256 the blob that lists the frames of an assembled image series in order."
* insert Guide
* insert Extends(ImagingStudy.series)
* value[x] only uri
* value[x] 1..1
