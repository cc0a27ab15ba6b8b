package github

import (
	"fmt"
	"slices"
	"strings"
)

// Inputs are what a workflow asked for in its "with:". Every field is empty (nil)
// when the workflow did not say, so that the configuration file decides.
type Inputs struct {
	Image     string // the one input that is required
	ImageName string
	Config    string
	DB        string
	Platform  string
	JavaDB    string

	FailOn      string
	OnlyFixable *bool
	Mode        string
	AcceptGap   []string

	IntroducedBy []string

	BaselineImage  string
	BaselineReport string
	OnlyIntroduced *bool

	Base          []string
	Repository    string
	Dockerfile    string
	Target        string
	BuildArgs     []string // NAME=VALUE
	BuildContexts []string // NAME=WHERE
	BuildMetadata string
	BaseRegistry  []string // hosts
	CheckTags     *bool

	Output     []string // FORMAT or FORMAT=PATH
	ReportFile string
	SarifFile  string

	SarifSuppressed string

	UploadSarif        bool
	SarifRef           string
	SarifSHA           string
	AttachReport       bool
	Comment            bool
	PullRequest        string
	SyncDismissals     string
	SubmitDependencies bool

	Username string
	Password string
	Mirror   []string
	Insecure []string // hosts

	GitHubToken string
	PolicyDir   string

	Cache *bool
	Quiet bool
}

// An input is one line of the contract with workflows: action.yml holds the same
// lines, and a test compares the two.
type input struct {
	name        string
	description string
	def         string // action.yml's default; empty for none
	required    bool
	field       func(*Inputs) any // where the value goes: *string, *bool, **bool or *[]string
}

var inputs = []input{
	{
		name:        "image",
		required:    true,
		description: "The image to scan: a reference such as ghcr.io/org/app@sha256:…, or the path of a docker-save or OCI archive or an OCI layout folder in the workspace, which begins with ./ or ends in .tar and the like. A prefix settles where to look: docker:, registry:, docker-archive:, oci-archive: or oci-dir:.",
		field:       func(in *Inputs) any { return &in.Image },
	},
	{
		name:        "image-name",
		description: "What the image is called in policy, exceptions, comment and alerts, such as ghcr.io/acme/app. Needed for an archive where a change is judged: what a file says of its own name is not believed there.",
		field:       func(in *Inputs) any { return &in.ImageName },
	},
	{
		name:        "config",
		description: "The policy file. Without it, .imgscan/config.yaml is read when it exists.",
		field:       func(in *Inputs) any { return &in.Config },
	},
	{
		name:        "db",
		description: "The vulnerability database: an OCI reference, or a folder or an OCI layout, which begins with ./ or /. Without it, the public database is pulled from its mirrors.",
		field:       func(in *Inputs) any { return &in.DB },
	},
	{
		name:        "platform",
		description: "Which image of a multi-platform image to scan, as OS/ARCH[/VARIANT].",
		field:       func(in *Inputs) any { return &in.Platform },
	},
	{
		name:        "java-db",
		description: "The folder of Trivy's Java database, which identifies jars that do not say what they are. Without it they are not listed.",
		field:       func(in *Inputs) any { return &in.JavaDB },
	},
	{
		name:        "fail-on",
		description: "The lowest severity that breaks the policy: critical, high, medium, low or none; or never. Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.FailOn },
	},
	{
		name:        "only-fixable",
		description: "Whether only findings with a fixed version break the policy: true or false. Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.OnlyFixable },
	},
	{
		name:        "mode",
		description: "What a broken policy does: observe (report), warn (report and warn) or block (fail the step). Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.Mode },
	},
	{
		name:        "accept-gap",
		description: "Kinds of gaps, things the scan could not see into, that do not make the verdict inconclusive, one a line. Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.AcceptGap },
	},
	{
		name:        "introduced-by",
		description: "Which side's findings break the policy, one a line: app (what this build added) or base (what its base images brought). Without it, both do. Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.IntroducedBy },
	},
	{
		name:        "baseline-image",
		description: "The image of the base branch. It is scanned with the same database, and every finding is then introduced by this change, or was there before. Give it on pull requests only.",
		field:       func(in *Inputs) any { return &in.BaselineImage },
	},
	{
		name:        "baseline-report",
		description: "The JSON report that was stored of the image of the base branch, for when there is no such image: artifact:NAME, the newest artifact of that name that a run on the base branch has uploaded, which takes the permission actions: read; registry:IMAGE, the newest report that attach-report has attached to that image; or the path of a file. Not of one in the checkout of the pull request, which could say anything.",
		field:       func(in *Inputs) any { return &in.BaselineReport },
	},
	{
		name:        "only-introduced",
		description: "Whether only findings that this change brought break the policy: true or false. Without anything to compare with, all of them do. Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.OnlyIntroduced },
	},
	{
		name:        "base",
		description: "The images that the image was built on, one reference a line. Usually not needed: provenance, annotations and the Dockerfile say it.",
		field:       func(in *Inputs) any { return &in.Base },
	},
	{
		name:        "repository",
		description: "The folder of the source that the image was built from, where Dockerfile, manifests and CODEOWNERS are looked for. Without it, the workspace.",
		field:       func(in *Inputs) any { return &in.Repository },
	},
	{
		name:        "dockerfile",
		description: "The Dockerfile of the build, relative to the repository. Without it, Dockerfile is read when it exists.",
		field:       func(in *Inputs) any { return &in.Dockerfile },
	},
	{
		name:        "target",
		description: "The stage of the Dockerfile that was built. Without it, the last.",
		field:       func(in *Inputs) any { return &in.Target },
	},
	{
		name:        "build-args",
		description: "The arguments of the build that choose its bases, one NAME=VALUE a line. Not needed when the build has provenance.",
		field:       func(in *Inputs) any { return &in.BuildArgs },
	},
	{
		name:        "build-contexts",
		description: "The named contexts of the build, one NAME=WHERE a line. Not needed when the build has provenance.",
		field:       func(in *Inputs) any { return &in.BuildContexts },
	},
	{
		name:        "build-metadata",
		description: "What the build wrote about itself: the output metadata of docker/build-push-action as it is, or the path of the file of buildx --metadata-file. It names the bases also of an image that was loaded and not pushed.",
		field:       func(in *Inputs) any { return &in.BuildMetadata },
	},
	{
		name:        "base-registry",
		description: "Registry hosts that may be asked about base images besides those that the Dockerfile names, one a line. What an image says about itself never makes another host be contacted.",
		field:       func(in *Inputs) any { return &in.BaseRegistry },
	},
	{
		name:        "check-tags",
		description: "Whether registries are asked where the tags of the base images stand now: true or false. Overrides the policy file.",
		field:       func(in *Inputs) any { return &in.CheckTags },
	},
	{
		name:        "output",
		description: "Reports besides the files below and the job summary, one FORMAT (to the log) or FORMAT=PATH a line: table, json, sarif or markdown. A path is relative to the workspace.",
		def:         "table",
		field:       func(in *Inputs) any { return &in.Output },
	},
	{
		name:        "report-file",
		description: "Where the JSON report is written, relative to the workspace; empty for nowhere.",
		def:         "imgscan-report.json",
		field:       func(in *Inputs) any { return &in.ReportFile },
	},
	{
		name:        "sarif-file",
		description: "Where the SARIF report is written, relative to the workspace; empty for nowhere.",
		def:         "imgscan-report.sarif",
		field:       func(in *Inputs) any { return &in.SarifFile },
	},
	{
		name:        "sarif-suppressed",
		description: "What becomes in the SARIF report of findings that do not count because of a decision: omit, so that their alerts close, or include, with the decision as a suppression, which GitHub ignores.",
		def:         "omit",
		field:       func(in *Inputs) any { return &in.SarifSuppressed },
	},
	{
		name:        "upload-sarif",
		description: "Whether the findings are uploaded as code scanning alerts: true or false. Takes the permission security-events: write.",
		def:         "false",
		field:       func(in *Inputs) any { return &in.UploadSarif },
	},
	{
		name:        "sarif-ref",
		description: "The ref that the alerts are for, such as refs/heads/main, where it is not the one that the event says. Goes with sarif-sha. A pull request from a fork cannot choose it.",
		field:       func(in *Inputs) any { return &in.SarifRef },
	},
	{
		name:        "sarif-sha",
		description: "The commit that the alerts are for, all 40 digits. Goes with sarif-ref.",
		field:       func(in *Inputs) any { return &in.SarifSHA },
	},
	{
		name:        "comment",
		description: "Whether one comment on the pull request says what to do, with a section for each image: true or false. Takes the permission pull-requests: write.",
		def:         "false",
		field:       func(in *Inputs) any { return &in.Comment },
	},
	{
		name:        "pull-request",
		description: "The number of the pull request to comment on, where the event does not say: in a workflow_run that follows a pull request from a fork.",
		field:       func(in *Inputs) any { return &in.PullRequest },
	},
	{
		name:        "sync-dismissals",
		description: "What becomes of alerts that were dismissed in code scanning: off, report those that no exception covers, or apply, which also dismisses the alerts of findings that an exception covers. Takes security-events: read, or write.",
		def:         "off",
		field:       func(in *Inputs) any { return &in.SyncDismissals },
	},
	{
		name:        "attach-report",
		description: "Whether the JSON report is attached to the image in its registry, as an OCI referrer, so that later scans can compare with it: true or false. Whoever can pull the image can then read it. Takes a user name and password that may push, such as those of a token with the permission packages: write.",
		def:         "false",
		field:       func(in *Inputs) any { return &in.AttachReport },
	},
	{
		name:        "submit-dependencies",
		description: "Whether the packages of the image are submitted to the dependency graph, on the default branch only: true or false. Takes the permission contents: write.",
		def:         "false",
		field:       func(in *Inputs) any { return &in.SubmitDependencies },
	},
	{
		name:        "username",
		description: "The user name for the image's registry. A docker login of the job does not reach a container action.",
		field:       func(in *Inputs) any { return &in.Username },
	},
	{
		name:        "password",
		description: "The password or token for the image's registry. It is masked in the log.",
		field:       func(in *Inputs) any { return &in.Password },
	},
	{
		name:        "mirror",
		description: "Registries to try before the image's own, one HOST=MIRROR a line.",
		field:       func(in *Inputs) any { return &in.Mirror },
	},
	{
		name:        "insecure",
		description: "Registry hosts that may be spoken to over HTTP or with an unverified certificate, one a line.",
		field:       func(in *Inputs) any { return &in.Insecure },
	},
	{
		name:        "github-token",
		description: "The token with which policy and exceptions are read from the base branch of a pull request; it needs the permission \"contents: read\". It is masked in the log, and sent to GitHub's API only.",
		def:         "${{ github.token }}",
		field:       func(in *Inputs) any { return &in.GitHubToken },
	},
	{
		name:        "policy-dir",
		description: "A checkout of the base branch, from which policy and exceptions are read on a pull request instead of GitHub's API. Never a checkout of the pull request itself: that would let it approve itself.",
		field:       func(in *Inputs) any { return &in.PolicyDir },
	},
	{
		name:        "cache",
		description: "Whether what is found in the layers of an image is kept, in GitHub's cache of the repository, so that later jobs need not read the same layers again: true or false. A pull request from a fork neither keeps nor reads anything.",
		def:         "true",
		field:       func(in *Inputs) any { return &in.Cache },
	},
	{
		name:        "quiet",
		description: "Whether to leave out the progress lines: true or false.",
		def:         "false",
		field:       func(in *Inputs) any { return &in.Quiet },
	},
}

// overrides are names that GitHub itself gives to every container action and puts
// into the environment as inputs: they replace the entry point and its arguments.
var overrides = []string{"ENTRYPOINT", "ARGS"}

// Inputs reads the inputs, and masks the secrets before anything can print them.
// White space around a value is cut off, as the toolkit does. The error names the
// input that is missing, unknown or not what it should be.
//
// GitHub itself enforces neither "required" nor the names: a misspelled input is
// only a warning in the log, and a gate that its workflow believes to be strict
// would stay loose.
func (r *Runner) Inputs() (Inputs, error) {
	var in Inputs
	if err := r.maskLogin(r.action.GetInput("username"), r.action.GetInput("password")); err != nil {
		return in, err
	}
	if err := r.mask(r.action.GetInput("github-token")); err != nil {
		return in, err
	}
	if err := r.checkNames(); err != nil {
		return in, err
	}
	for _, i := range inputs {
		value := r.action.GetInput(i.name)
		if value == "" && i.required {
			return in, fmt.Errorf("the input %q is required", i.name)
		}
		if err := set(i.field(&in), value); err != nil {
			return in, fmt.Errorf("reading the input %q: %w", i.name, err)
		}
	}
	return in, nil
}

func (r *Runner) checkNames() error {
	known := slices.Clone(overrides)
	for _, i := range inputs {
		known = append(known, strings.ToUpper(i.name))
	}
	var unknown []string
	for key := range r.env {
		if name, ok := strings.CutPrefix(key, "INPUT_"); ok && !slices.Contains(known, name) {
			unknown = append(unknown, strings.ToLower(name))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("unknown input %q: expected one of %s", unknown[0], strings.Join(inputNames(), ", "))
}

// inputNames lists the inputs in the order of action.yml.
func inputNames() []string {
	names := make([]string, len(inputs))
	for i, in := range inputs {
		names[i] = in.name
	}
	return names
}

func set(field any, value string) error {
	switch field := field.(type) {
	case *string:
		*field = value
	case *[]string:
		*field = list(value)
	case *bool:
		if value == "" {
			return nil
		}
		b, err := parseBool(value)
		*field = b
		return err
	case **bool:
		if value == "" {
			return nil
		}
		b, err := parseBool(value)
		*field = &b
		return err
	}
	return nil
}

// parseBool accepts what YAML 1.2's core schema and the toolkit's getBooleanInput
// accept. Anything else, "yes" among it, is an error and never silently false.
func parseBool(value string) (bool, error) {
	switch value {
	case "true", "True", "TRUE":
		return true, nil
	case "false", "False", "FALSE":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", value)
}

// list splits at line ends and commas, and leaves out what is empty.
func list(value string) []string {
	var items []string
	for item := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == '\n' || r == ',' }) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
