// Package manifest finds the line of a repository that chooses the version of a
// package in an image.
//
// [Read] walks a repository once and reads its manifests and lock files;
// [Index.Find] joins one package of the image with their lines. What is wrong
// here sends people to a file that they need not touch, so in doubt it says
// nothing:
//
//   - A lock entry counts only with exactly the version in the image.
//   - A line that gives a range counts when a lock file beside it resolves it to
//     that version. Without such a lock, the range must allow the version, and
//     the confidence is [finding.Inferred]. A range that forbids it is no match:
//     the image was built from something else.
//   - [finding.Proven] takes a line that names exactly the version, in the only
//     project of the repository that matches, and something besides the version
//     that ties the image to it: the main module of a Go binary, the place of a
//     package in node_modules, the root crate of a Rust binary, what RubyGems,
//     Composer or .NET wrote when they installed it. Python and Java tell a name
//     and a version only, so they never get past [finding.Declared].
//   - Go is the exception to the first two: a main module names its go.mod beyond
//     doubt, so that a go.mod with another version is still the one to edit.
//   - What does not come from a project at all matches nothing, whatever its
//     version: global npm packages, packages vendored inside others, Debian's own
//     Python packages, the gems that come with Ruby.
//
// Packages that a base image brought must not be asked about.
//
// The repository is untrusted. Files, folders, bytes and nesting have limits,
// and what goes over them is said by [Index.Notes].
package manifest
