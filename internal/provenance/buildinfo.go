package provenance

// parseBuildInfo reads what BuildKit wrote before it had provenance, in versions
// before 0.12: https://docs.docker.com/build/metadata/buildinfo/ (docker/buildx
// issue 2280 is its end).
func parseBuildInfo(data []byte) (*Provenance, error) {
	var info struct {
		Attrs   table[string] `json:"attrs"`
		Sources list[struct {
			Type string `json:"type"` // "docker-image", "git", "http"
			Ref  string `json:"ref"`
			Pin  string `json:"pin"` // the digest, or the commit
		}] `json:"sources"`
	}
	if err := decode(data, &info); err != nil {
		return nil, err
	}
	p := build{args: info.Attrs}.provenance()
	for _, s := range info.Sources {
		m := Material{URI: s.Ref, Digest: s.Pin, Kind: KindOther}
		switch s.Type {
		case "docker-image":
			if ref, err := imageRef(s.Ref); err == nil {
				m.Kind, m.Ref = KindImage, ref
			}
		case "git":
			m.Kind = KindGit
		case "http":
			m.Kind = KindHTTP
		}
		p.Materials = append(p.Materials, m)
	}
	return p, nil
}
