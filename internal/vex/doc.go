// Package vex reads and writes VEX: statements about which vulnerabilities affect
// which products, in a form that programs of different makers understand.
//
// Read takes what vendors publish (OpenVEX, CSAF and CycloneDX, alone or inside an
// attestation) and ReadRepository a folder of such documents. Both only say what is
// written there; whether a statement decides anything is for package triage.
//
// WriteOpenVEX and WriteCycloneDX say the decisions of a project to other programs.
// Neither format has a place for who approved a decision, until when it holds or
// which rating replaces which, so every statement carries a record of its entry that
// people can read and Import understands. Import turns statements back into entries,
// without an approval: whatever a document says of one, it came from outside.
package vex
