package provenance

// predicate is an SLSA provenance predicate, with the names that BuildKit adds
// (solver/llbsolver/provenance/types/types.go). It holds the fields of both
// versions: v0.2's are the upper ones, v1's the lower ones.
type predicate struct {
	BuildType  string         `json:"buildType"`
	Materials  list[material] `json:"materials"`
	Invocation struct {
		ConfigSource struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"configSource"`
		Parameters request `json:"parameters"`
	} `json:"invocation"`
	BuildConfig buildConfig `json:"buildConfig"`
	Metadata    struct {
		BuildKit buildkitMetadata `json:"https://mobyproject.org/buildkit@v1#metadata"`
	} `json:"metadata"`

	BuildDefinition *struct {
		BuildType            string         `json:"buildType"`
		ResolvedDependencies list[material] `json:"resolvedDependencies"`
		ExternalParameters   struct {
			ConfigSource struct {
				Path string `json:"path"`
			} `json:"configSource"`
			Request request `json:"request"`
		} `json:"externalParameters"`
		InternalParameters struct {
			BuildConfig buildConfig `json:"buildConfig"`
		} `json:"internalParameters"`
	} `json:"buildDefinition"`
	RunDetails struct {
		Metadata struct {
			BuildKit buildkitMetadata `json:"buildkit_metadata"`
		} `json:"metadata"`
	} `json:"runDetails"`
}

// material is a material of v0.2 and a resolved dependency of v1.
type material struct {
	URI    string        `json:"uri"`
	Digest table[string] `json:"digest"`
}

// request is what was asked of the builder.
type request struct {
	Args table[string] `json:"args"`
}

// build is a predicate without its version.
type build struct {
	buildType  string
	materials  []material
	dockerfile string
	args       map[string]string
	steps      []step
	buildkit   buildkitMetadata
}

func (p predicate) build() build {
	if d := p.BuildDefinition; d != nil {
		return build{
			buildType:  d.BuildType,
			materials:  d.ResolvedDependencies,
			dockerfile: d.ExternalParameters.ConfigSource.Path,
			args:       d.ExternalParameters.Request.Args,
			steps:      d.InternalParameters.BuildConfig.Steps,
			buildkit:   p.RunDetails.Metadata.BuildKit,
		}
	}
	return build{
		buildType:  p.BuildType,
		materials:  p.Materials,
		dockerfile: p.Invocation.ConfigSource.EntryPoint,
		args:       p.Invocation.Parameters.Args,
		steps:      p.BuildConfig.Steps,
		buildkit:   p.Metadata.BuildKit,
	}
}
