// Package githubtest is a GitHub to test against: the part of its REST API that
// imgscan uses, in memory, with state.
//
// It is strict both ways. Every request and every answer is held against GitHub's
// own OpenAPI description (testdata/README.md says where it is from), and a test
// fails when it sends something else, asks for something that is not played, asks
// without the token, writes twice within a second, or scripts a failure that never
// comes.
//
// [Server.Client] answers without a network, so that a test can run in a bubble of
// testing/synctest, where waiting takes no time. [Server.Listen] is for other
// processes.
package githubtest
