package image

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"
)

// givenFirst is a keychain with credentials for one registry, in front of
// another keychain for all others.
type givenFirst struct {
	registry           string // as registryKey spells it
	username, password string
	next               authn.Keychain
}

var _ authn.ContextKeychain = givenFirst{}

// Resolve implements authn.Keychain.
func (k givenFirst) Resolve(r authn.Resource) (authn.Authenticator, error) {
	return k.ResolveContext(context.Background(), r)
}

// ResolveContext implements authn.ContextKeychain.
func (k givenFirst) ResolveContext(ctx context.Context, r authn.Resource) (authn.Authenticator, error) {
	if registryKey(r.RegistryStr()) == k.registry && (k.username != "" || k.password != "") {
		return &authn.Basic{Username: k.username, Password: k.password}, nil
	}
	auth, err := authn.Resolve(ctx, k.next, r)
	if err != nil {
		return nil, fmt.Errorf("reading the Docker credentials for %s: %w", r.RegistryStr(), err)
	}
	return auth, nil
}
