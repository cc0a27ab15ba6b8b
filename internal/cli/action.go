package cli

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/report"
)

func newAction(version string, env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "action",
		Short: "Scan as a step of a GitHub workflow: inputs from INPUT_*, results to the runner",
		Long: `Scan as a step of a GitHub workflow. This is what the container action runs: its
inputs come from the environment (INPUT_IMAGE and so on, see action.yml), and
its results go to the log, the job summary, the step's outputs and files.`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runAction(cmd.Context(), version, env)
		},
	}
}

// runAction scans with the inputs of a runner. Whatever happens, the step gets
// its outputs and the log a line that says why.
func runAction(ctx context.Context, version string, env Env) error {
	runner := github.NewRunner(env.Environ, env.Stdout, env.Stderr)
	env.Stdout, env.Stderr = runner.Stdout(), runner.Stderr()
	defer func() { _ = runner.Flush() }() // the stream is gone if this fails

	err := scanAction(ctx, runner, version, env)
	var verdict *verdictError
	if err == nil || errors.As(err, &verdict) {
		return err
	}
	// The error is an annotation here, so Main need not print it again.
	code := code(err)
	text := explain(ctx, err)
	annotation := github.Annotation{Level: github.Error, Title: "imgscan could not scan", Message: text}
	if runner.Annotate(annotation) != nil {
		complain(env.Stderr, text)
	}
	for _, err := range []error{
		runner.WriteSummary(report.Failure(text)),
		runner.WriteOutputs(github.Outputs{ExitCode: code}),
	} {
		if ignoreSkip(err) != nil {
			complain(env.Stderr, err.Error())
		}
	}
	return &verdictError{code}
}

// stepOutputs are what later steps of the workflow can use.
func stepOutputs(in github.Inputs, rep *finding.Report, code int) github.Outputs {
	counts := finding.Count(rep.Findings)
	out := github.Outputs{
		Verdict:  string(rep.Verdict.Outcome),
		ExitCode: code,
		Critical: counts[finding.Critical],
		High:     counts[finding.High],
		Medium:   counts[finding.Medium],
		Low:      counts[finding.Low],
		Unknown:  counts[finding.Unknown],
		Findings: len(rep.Findings),
		Report:   in.ReportFile,
		Sarif:    in.SarifFile,
		Digest:   rep.Image.Identity(),
	}
	for _, f := range rep.Findings {
		if f.Origin.Kind == finding.OriginInherited {
			out.Inherited++
		}
	}
	out.Introduced = len(rep.Findings) - out.Inherited
	if len(rep.Lineage.Bases) > 0 {
		out.Base = rep.Lineage.Bases[0].Ref
	}
	return out
}

// ignoreSkip is err unless it only says that there was nobody to write for.
func ignoreSkip(err error) error {
	var skip *github.Skip
	if errors.As(err, &skip) {
		return nil
	}
	return err
}

func scanAction(ctx context.Context, runner *github.Runner, version string, env Env) error {
	in, err := runner.Inputs()
	if err != nil {
		return usage(err)
	}
	if err := runner.RefuseUnsafe(in.Image); err != nil {
		return usage(err)
	}
	r := &request{
		env:        env,
		version:    version,
		ref:        in.Image,
		imageName:  in.ImageName,
		inRunner:   true,
		configPath: in.Config,
		settings:   actionSettings(in),
		username:   in.Username,
		password:   in.Password,
		progress:   newProgress(env, in.Quiet),
		attach:     in.AttachReport,
	}
	if in.Cache != nil && !*in.Cache {
		r.noCache = true
	} else if r.remote, err = runner.ActionsCache(http.DefaultClient); ignoreSkip(err) != nil {
		return err
	}
	if r.now, err = clock(""); err != nil {
		return err
	}
	if r.policy, err = policyTree(ctx, runner, in); err != nil {
		return err
	}
	if (in.Username == "") != (in.Password == "") {
		return usagef("the inputs %q and %q go together: give both or neither", "username", "password")
	}
	if r.publishers, err = actionPublishers(runner, in, env); err != nil {
		return usage(err)
	}
	if r.onDefault, err = runner.OnDefaultBranch(); ignoreSkip(err) != nil {
		r.onDefault = false // an event that nobody can read is no reason to stop
	}
	client, err := openGitHub(runner, in)
	if err != nil {
		return err
	}
	r.artifact = func(ctx context.Context, name string) (*finding.Report, error) {
		return client.artifactReport(ctx, runner, name)
	}
	onGitHub, err := githubPublishers(ctx, runner, client, in, env)
	if err != nil {
		return err
	}
	r.publishers = append(r.publishers, onGitHub...)
	r.skipped = func(place, reason string) {
		if runner.Annotate(github.Annotation{Level: github.Notice, Title: "imgscan: " + place, Message: reason}) != nil {
			r.progress.note(place, reason)
		}
	}
	r.finish = func(rep *finding.Report, code int) error {
		return ignoreSkip(runner.WriteOutputs(stepOutputs(in, rep, code)))
	}
	return r.run(ctx)
}

// policyTree is where policy and decisions come from: the base branch of a pull
// request, so that none can approve itself, else the workspace.
func policyTree(ctx context.Context, runner *github.Runner, in github.Inputs) (tree, error) {
	if in.PolicyDir != "" {
		t, err := folderTree(in.PolicyDir)
		if err != nil {
			return tree{}, usagef("the input %q: %w", "policy-dir", err)
		}
		return t, nil
	}
	pr, err := runner.PolicyBase()
	if err != nil || pr == nil {
		return tree{}, err
	}
	files, err := runner.BaseFiles(ctx, in.GitHubToken, pr, nil)
	if err != nil {
		return tree{}, err
	}
	t := tree{fs: files, from: pr.BaseRef + " at " + pr.BaseSHA[:min(len(pr.BaseSHA), 7)], include: files.Include}
	return t, t.add(ctx, in.Config)
}

// actionSettings are the inputs that stand for a key of the configuration file.
func actionSettings(in github.Inputs) []setting {
	var settings []setting
	for _, s := range []struct {
		input, key string
		values     []string
	}{
		{"fail-on", "policy.fail-on", one(in.FailOn)},
		{"only-fixable", "policy.only-fixable", truth(in.OnlyFixable)},
		{"mode", "policy.mode", one(in.Mode)},
		{"accept-gap", "policy.accept-gaps", in.AcceptGap},
		{"introduced-by", "policy.introduced-by", in.IntroducedBy},
		{"baseline-image", "compare.image", one(in.BaselineImage)},
		{"baseline-report", "compare.report", one(in.BaselineReport)},
		{"only-introduced", "policy.only-introduced", truth(in.OnlyIntroduced)},
		{"db", "database.source", one(in.DB)},
		{"platform", "scan.platform", one(in.Platform)},
		{"java-db", "scan.java-db", one(in.JavaDB)},
		{"mirror", "registry.mirrors", in.Mirror},
		{"insecure", "registry.insecure", in.Insecure},
		{"base", "build.bases", in.Base},
		{"repository", "build.repository", one(in.Repository)},
		{"dockerfile", "build.dockerfile", one(in.Dockerfile)},
		{"target", "build.target", one(in.Target)},
		{"build-args", "build.args", in.BuildArgs},
		{"build-contexts", "build.contexts", in.BuildContexts},
		{"build-metadata", "build.metadata", one(in.BuildMetadata)},
		{"base-registry", "build.registries", in.BaseRegistry},
		{"check-tags", "build.check-tags", truth(in.CheckTags)},
	} {
		if len(s.values) > 0 {
			settings = append(settings, setting{s.key, s.values, "input " + s.input})
		}
	}
	return settings
}

// one is the value of an input that has only one; none when it was not given.
func one(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func truth(value *bool) []string {
	if value == nil {
		return nil
	}
	return []string{strconv.FormatBool(*value)}
}

// actionPublishers are the reports that the inputs ask for and the places that
// the runner offers.
func actionPublishers(runner *github.Runner, in github.Inputs, env Env) ([]publish.Publisher, error) {
	outputs := in.Output
	if in.ReportFile != "" {
		outputs = append(outputs, "json="+in.ReportFile)
	}
	if in.SarifFile != "" {
		outputs = append(outputs, "sarif="+in.SarifFile)
	}
	// The author of a change has laid out the workspace, and we are root in it.
	roots := []string{cmp.Or(env.Getenv("GITHUB_WORKSPACE"), "."), env.Getenv("RUNNER_TEMP")}
	all, err := publishers(outputs, env, roots, true, in.SarifSuppressed)
	if err != nil {
		return nil, err
	}
	summary, err := report.For("github-summary")
	if err != nil {
		return nil, err
	}
	return append(all,
		publish.Summary{Runner: runner, Format: summary},
		publish.Annotation{Runner: runner},
	), nil
}
