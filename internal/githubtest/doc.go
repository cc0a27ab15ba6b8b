// Package githubtest is a GitHub to test against: the part of its API that imgscan
// uses, in memory, with state.
//
// It is strict both ways. Every request and every answer is held against GitHub's
// own OpenAPI description (testdata/README.md says where it is from), and a test
// fails when it sends something else, asks for something that is not played, asks
// without a token, writes twice within a second, brings the token to where artifacts
// are stored, or scripts a failure that never comes. Of GraphQL, for which there is
// no such description, one query is played.
//
// [Server.Client] answers without a network, so that a test can run in a bubble of
// testing/synctest, where waiting takes no time. [Server.Listen] is for other
// processes of a test. [NewServer] and [Server.Serve] make a program of it, as
// .ci/fakegithub.go does, whose [Server.Failures] say what a test would have failed
// with. What one run of the action leaves on a server is there for the next.
package githubtest
