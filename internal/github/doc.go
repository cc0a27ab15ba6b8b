// Package github speaks to the GitHub Actions runner that started the process:
// its inputs, outputs, job summary, log commands and annotations.
//
// The rules are those of the runner's own source (actions/runner,
// src/Runner.Worker) and of the toolkit (actions/toolkit, packages/core), not
// only of the documentation, because two of them decide the design:
//
//   - The runner reads both stdout and stderr line by line and obeys commands in
//     them: "::name::" at the start of a line, and the older "##[name]" anywhere
//     in a line. A package name out of a scanned image is therefore able to set
//     outputs unless every line is sanitised; see [Sanitize] and [SafeWriter].
//   - The output file is parsed with a delimiter of the writer's choice. A
//     delimiter that can be guessed lets a value end its own block and add
//     outputs of its own; see [Runner.WriteOutputs].
//
// It also tells whether the workflow judges a pull request, and fetches what
// decides about one from its base branch; see [Runner.BaseFiles]. Whoever opens a
// pull request writes the workspace, and must not approve itself.
//
// A job for somebody else's change that has a token which may write is refused what
// would hand that token over; see [Runner.RefuseUnsafe].
//
// [Client] is the way to GitHub's API, for what the action leaves there: alerts of
// code scanning, one comment on a pull request, and dependencies. None of it changes
// a verdict; see [Downgrade]. It also reads back the report that an earlier run has
// left; see [Client.ReportArtifact].
//
// Outside a runner nothing fails: what cannot be done is a [Skip], an error that
// carries the reason and that a caller may report instead of failing.
package github
