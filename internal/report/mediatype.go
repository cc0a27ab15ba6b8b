package report

// MediaType is what the json format is stored as in a registry: the artifact type of
// a manifest and the media type of its only layer.
const MediaType = "application/vnd.imgscan.report.v1+json"
