package cli

import (
	"context"
	"strconv"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/report"
)

// githubAPI is the way to GitHub's API, or why there is none.
type githubAPI struct {
	*github.Client
	missing error // a *github.Skip; nil when there is a client
}

// openGitHub makes the one client of a run, which leaves the time between writes
// that GitHub asks for.
func openGitHub(runner *github.Runner, in github.Inputs) (githubAPI, error) {
	client, err := runner.Client(in.GitHubToken, nil)
	return githubAPI{client, err}, ignoreSkip(err)
}

// githubPublishers are the places on GitHub that the inputs ask for.
func githubPublishers(ctx context.Context, runner *github.Runner, client githubAPI, in github.Inputs, env Env) ([]publish.Publisher, error) {
	apply, err := dismissals(in)
	if err != nil {
		return nil, err
	}
	syncs := in.SyncDismissals != "" && in.SyncDismissals != "off"
	if !in.UploadSarif && !in.Comment && !in.SubmitDependencies && !syncs {
		return nil, nil
	}
	number, err := pullRequestNumber(runner, in, env)
	if err != nil {
		return nil, err
	}
	target := github.Target{Ref: in.SarifRef, SHA: in.SarifSHA}
	if err := target.Validate(); err != nil {
		return nil, usage(err)
	}
	suppressed, err := report.ParseSuppressed(in.SarifSuppressed)
	if err != nil {
		return nil, usage(err)
	}
	if client.missing != nil {
		return []publish.Publisher{nowhere(client.missing.Error())}, nil
	}
	var all []publish.Publisher
	if in.UploadSarif {
		all = append(all, publish.CodeScanning{
			Options: report.Options{SuppressedInSARIF: suppressed},
			Upload: func(sarif []byte) error {
				ref, sha, err := runner.UploadTarget(target)
				if err != nil {
					return err
				}
				_, err = client.UploadSARIF(ctx, github.Upload{SARIF: sarif, Ref: ref, SHA: sha, Tool: toolName})
				return err
			},
		})
	}
	if syncs {
		all = append(all, publish.Dismissals{
			Alerts: func(state string) ([]github.Alert, bool, error) { return client.Alerts(ctx, toolName, state) },
			Apply:  apply,
			Dismiss: func(number int, reason github.DismissalReason, comment string) error {
				return client.Dismiss(ctx, number, reason, comment)
			},
			Reopen:          func(number int) error { return client.Reopen(ctx, number) },
			OnDefaultBranch: runner.OnDefaultBranch,
			Note: func(text string) {
				_ = runner.Annotate(github.Annotation{Level: github.Notice, Title: "imgscan: dismissed alerts", Message: text})
			},
		})
	}
	if in.SubmitDependencies {
		all = append(all, publish.Dependencies{
			Tool: toolName,
			URL:  "https://github.com/org/imgscan-action",
			Job:  env.Getenv("GITHUB_WORKFLOW") + "/" + env.Getenv("GITHUB_JOB"),
			Submit: func(s github.Snapshot) (err error) {
				if s.Ref, s.SHA, err = runner.AnalysisTarget(); err != nil {
					return err
				}
				_, err = client.SubmitDependencies(ctx, s)
				return err
			},
		})
	}
	if in.Comment && number > 0 {
		all = append(all, publish.Comment{
			Put: func(mine github.Section) (github.Outcome, error) { return client.Sticky(ctx, number, mine) },
		})
	}
	return all, nil
}

// toolName is what imgscan's alerts and submissions are found by.
const toolName = "imgscan"

// dismissals says whether dismissals are to be changed and not only reported.
func dismissals(in github.Inputs) (apply bool, err error) {
	switch in.SyncDismissals {
	case "", "off", "report":
		return false, nil
	case "apply":
		return true, nil
	}
	return false, usagef("the input %q is %q: expected off, report or apply", "sync-dismissals", in.SyncDismissals)
}

// pullRequestNumber is the pull request to comment on; 0 when there is none.
func pullRequestNumber(runner *github.Runner, in github.Inputs, env Env) (int, error) {
	if in.PullRequest != "" {
		number, err := strconv.Atoi(in.PullRequest)
		if err != nil || number <= 0 {
			return 0, usagef("the input %q is %q: expected the number of a pull request", "pull-request", in.PullRequest)
		}
		return number, nil
	}
	if env.Getenv("GITHUB_EVENT_NAME") == "merge_group" {
		return 0, nil // it is about several pull requests, which have been told already
	}
	pr, err := runner.PullRequest()
	if err != nil || pr == nil {
		return 0, err
	}
	return pr.Number, nil
}

// nowhere is why nothing can be published on GitHub.
type nowhere string

func (nowhere) String() string { return "GitHub" }

// Publish implements publish.Publisher.
func (n nowhere) Publish(*finding.Report) error { return publish.Skip(n) }
