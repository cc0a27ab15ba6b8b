package github

import "errors"

// Downgrade says whether an error of the Client is one that a step reports and
// passes over, and in which words. What does not arrive on GitHub never changes
// what was found: a fork's token that may not write, a feature that is off, a limit,
// an outage. A token that is not valid and a request that GitHub calls wrong are
// for somebody to repair, so they stay errors.
func Downgrade(err error) (notice string, ok bool) {
	var skip *Skip
	if errors.As(err, &skip) {
		return skip.Reason, true
	}
	var e *APIError
	if !errors.As(err, &e) {
		return "", false
	}
	advice := ""
	switch e.Kind {
	case Forbidden:
		advice = "the token may not do this, as is so in pull requests from forks and in runs of Dependabot"
		if e.Permission != "" {
			advice += "; elsewhere, give the job the permission " + e.Permission
		}
	case NotEnabled:
		advice = "turn the feature on in the settings of the repository, or this off"
	case NotFound:
		advice = "it is gone or not turned on in the repository, or the token may not see it"
		if e.Permission != "" {
			advice += ": that needs the permission " + e.Permission
		}
	case Locked:
		advice = "the conversation is locked"
	case Gone:
		advice = "it was deleted or turned off"
	case Conflict:
		advice = "somebody else changed it at the same time; the next run tries again"
	case TooLarge:
		advice = "it is larger than GitHub takes"
	case RateLimited, Unavailable:
		advice = "the next run tries again"
	case Processing:
		advice = "nothing, or not all of it, is shown"
	default:
		return "", false
	}
	return err.Error() + ": " + advice, true
}
