// Package exceptions reads, checks and edits the decisions that a project keeps
// about findings: .imgscan/exceptions.yaml and .imgscan/exceptions.d/*.yaml.
//
// Parse is strict, because a decision that is half understood is worse than
// none: every mistake of a file is reported with its place. Lint asks what a
// file cannot be asked on its own: who may approve, for how long, and whether an
// entry was changed without a new approval. Add, Renew and Prune edit the text,
// so that comments and formatting stay.
//
// What an entry matches is not decided here but in package triage.
package exceptions
