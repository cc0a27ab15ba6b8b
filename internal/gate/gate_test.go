package gate_test

import (
	"context"
	"errors"
	"testing"

	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/vulndb"
)

// The image and the database are fetched side by side: what fails first is the
// error, and the other is not waited for.
func TestRunStopsTheOther(t *testing.T) {
	broken := errors.New("broken")

	t.Run("database", func(t *testing.T) {
		g := gate.Gate{
			OpenImage: func(ctx context.Context) (*image.Image, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
			OpenDatabase: func(context.Context) (*vulndb.DB, error) { return nil, broken },
		}
		if _, err := g.Run(t.Context()); !errors.Is(err, broken) {
			t.Errorf("error %v, want that of the database", err)
		}
	})

	t.Run("image", func(t *testing.T) {
		g := gate.Gate{
			OpenImage: func(context.Context) (*image.Image, error) { return nil, broken },
			OpenDatabase: func(ctx context.Context) (*vulndb.DB, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
		}
		if _, err := g.Run(t.Context()); !errors.Is(err, broken) {
			t.Errorf("error %v, want that of the image", err)
		}
	})
}
