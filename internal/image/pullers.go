package image

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// pullers are the pullers of registries, one for each host, so that what is known
// of a host - that it answers, how to log in, the tokens - is found out once.
type pullers struct {
	transport *registryTransport
	keychain  authn.Keychain
	userAgent string

	mu     sync.Mutex
	byHost map[string]*remote.Puller
}

// of is the puller of a registry.
func (p *pullers) of(host name.Registry) (*remote.Puller, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if puller, ok := p.byHost[host.RegistryStr()]; ok {
		return puller, nil
	}
	puller, err := remote.NewPuller(p.options()...)
	if err != nil {
		return nil, err
	}
	if p.byHost == nil {
		p.byHost = make(map[string]*remote.Puller)
	}
	p.byHost[host.RegistryStr()] = puller
	return puller, nil
}

// pusher writes to the same registries, over the same transport.
func (p *pullers) pusher() (*remote.Pusher, error) { return remote.NewPusher(p.options()...) }

func (p *pullers) options() []remote.Option {
	return []remote.Option{
		remote.WithAuthFromKeychain(p.keychain),
		remote.WithTransport(p.transport),
		remote.WithUserAgent(p.userAgent),
		remote.WithJobs(registryJobs),
		// Our transport retries; go-containerregistry's own retries neither heed
		// Retry-After nor stop with the context.
		remote.WithRetryStatusCodes(),
		remote.WithRetryPredicate(func(error) bool { return false }),
	}
}

// failed is told of an error of a puller. A puller keeps the first answer of a
// repository for ever, be it that a caller gave up; so one that failed is not
// used again, unless all that it said is that something is not there.
func (p *pullers) failed(host name.Registry, puller *remote.Puller, err error) {
	var answer *transport.Error
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byHost[host.RegistryStr()] == puller {
		delete(p.byHost, host.RegistryStr())
	}
}

// get reads a manifest or an index.
func (p *pullers) get(ctx context.Context, ref name.Reference) (*remote.Descriptor, *remote.Puller, error) {
	host := ref.Context().Registry
	puller, err := p.of(host)
	if err != nil {
		return nil, nil, err
	}
	desc, err := puller.Get(ctx, ref)
	if err != nil {
		p.failed(host, puller, err)
		return nil, nil, err
	}
	return desc, puller, nil
}

// head asks for the digest of a manifest or an index, and for nothing else.
func (p *pullers) head(ctx context.Context, ref name.Reference) (string, error) {
	host := ref.Context().Registry
	puller, err := p.of(host)
	if err != nil {
		return "", err
	}
	desc, err := puller.Head(ctx, ref)
	if err != nil {
		p.failed(host, puller, err)
		return "", err
	}
	return desc.Digest.String(), nil
}
