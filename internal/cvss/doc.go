// Package cvss reads, changes and scores CVSS vectors of versions 2.0, 3.0, 3.1
// and 4.0, and rescores a finding's rating with them.
//
// The arithmetic is go-cvss's. What is ours is the tables of metrics with the
// words of FIRST's specifications, so that an error names the metric and the
// values that it may have, and the rules of rescoring: the base metrics are facts
// about the vulnerability and never change; what an organisation may say is in the
// temporal (threat) and environmental metrics.
package cvss
