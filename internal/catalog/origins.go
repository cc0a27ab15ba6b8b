package catalog

import "github.com/org/imgscan-action/internal/finding"

// origins is the layer from which each visible package of the distribution has
// stayed: its database is written again as a whole, whatever changed in it. A
// package of a language belongs to the layer that wrote its file.
//
// It is told of changes only: most layers change little.
type origins struct {
	known map[packageIdentity]*origin

	// gone are the identities that lost their last package while the present layer
	// is applied. A layer that brings one of them back has not touched it.
	gone []packageIdentity
}

type origin struct {
	layer int // index
	count int // how many visible packages have the identity
}

// packageIdentity is what must stay the same for a package to count as
// untouched. The path is no part of it: a database may move.
type packageIdentity struct {
	name, version, release, arch string
	epoch                        int
}

func identify(p *finding.Package) packageIdentity {
	return packageIdentity{name: p.Name, version: p.Version, release: p.Release, epoch: p.Epoch, arch: p.Arch}
}

// change takes in that p becomes visible (+1), or ceases to be (-1), while
// layer is applied.
func (o *origins) change(p *finding.Package, change, layer int) {
	if p.Class != finding.ClassOS {
		return
	}
	id := identify(p)
	at := o.known[id]
	if at == nil {
		at = &origin{layer: layer}
		o.known[id] = at
	}
	if at.count += change; at.count == 0 {
		o.gone = append(o.gone, id)
	}
}

// settle ends a layer. A package that has gone is forgotten, so that it belongs
// to the layer that brings it back; Trivy goes on naming the first that ever had
// it.
func (o *origins) settle() {
	for _, id := range o.gone {
		if at := o.known[id]; at != nil && at.count == 0 {
			delete(o.known, id)
		}
	}
	o.gone = o.gone[:0]
}

// layer is the index of the layer that p belongs to, a package of the
// distribution.
func (o *origins) layer(p *finding.Package) int { return o.known[identify(p)].layer }
