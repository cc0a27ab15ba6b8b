package dockerfile

// Instruction is one instruction of a stage other than FROM.
type Instruction struct {
	// Kind is the keyword in capitals: "RUN".
	Kind string

	// Start and End are the first and the last line of the instruction in the
	// file, from 1, heredoc bodies included. An instruction that an ONBUILD of an
	// earlier stage brought has the lines of the FROM that made it run.
	Start, End int

	// Text is the instruction as written, with continuation lines joined and
	// without the bodies of heredocs.
	Text string

	// OnBuild is set when an ONBUILD of the stage below made it run. The ONBUILD
	// itself is an instruction of Kind "ONBUILD", which does nothing.
	OnBuild bool

	// Layer is set when it makes a layer that is not empty.
	Layer bool

	// Created is what BuildKit writes into the history, without the suffix
	// "# buildkit". A variable that only the base image could know stays as written.
	// Empty for ONBUILD, which leaves no entry. The form is that of BuildKit v0.30;
	// v0.26 differs from it in HEALTHCHECK only.
	Created string

	// Sources are the paths and URLs that COPY and ADD take, expanded; inline
	// files are not among them.
	Sources []string

	// Dest is where COPY and ADD put things: absolute, without the leading slash,
	// "." for the root. It ends in a slash when the sources go into it rather than
	// become it. Empty when it depends on the base image.
	Dest string

	// From is the stage or image that COPY --from takes from; nil without --from.
	From *Image

	// Mounts are the stages and images of RUN --mount=from=; may be empty.
	Mounts []*Image

	// Shell is the command that RUN, CMD and ENTRYPOINT hand their line to:
	// "/bin/sh", "-c". The base image's own SHELL is not known and not in it.
	Shell []string

	// Workdir is the working directory that it runs in, or after a WORKDIR the new
	// one: absolute, with slashes. Empty when the base image decides it.
	Workdir string

	// Heredoc is set when it has inline files.
	Heredoc bool

	script *script // nil unless Kind is "RUN"
}
