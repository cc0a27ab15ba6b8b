package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/foreign"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/vex"
)

// exportFlags are the flags of 'imgscan exception export'.
type exportFlags struct {
	format, image, output  string
	configPath, now        string
	platform, author, role string
	insecure, mirrors      []string
}

func newExceptionExport(version string, env Env) *cobra.Command {
	var flags exportFlags
	cmd := &cobra.Command{
		Use:   "export --format FORMAT REF | --image NAME@DIGEST",
		Short: "Say the decisions about an image to other tools",
		Long: `Say the decisions about an image to other tools: as a VEX document (openvex,
cyclonedx) or as an ignore file (trivyignore, grype). What a format cannot say is
printed on standard error, and is left out rather than said more widely.

The image is opened to learn its digests, and is not scanned; with --image nothing
is opened.`,
		Example: `  imgscan exception export --format openvex app.tar -o app.openvex.json
  imgscan exception export --format trivyignore --image ghcr.io/acme/api@sha256:… -o .trivyignore.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && flags.image != "" || len(args) == 0 && flags.image == "" {
				return usagef("%q takes one image: REF to open it, or --image NAME@DIGEST not to", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(exportFormats(), flags.format) {
				return usagef("--format: unknown format %q: expected one of %s", flags.format, strings.Join(exportFormats(), ", "))
			}
			now, err := clock(flags.now)
			if err != nil {
				return usagef("--now: %w", err)
			}
			cfg, err := flags.config()
			if err != nil {
				return usage(err)
			}
			files, err := loadExceptions()
			if err != nil {
				return err
			}
			var img finding.Image
			if flags.image != "" {
				img, err = namedImage(flags.image)
			} else {
				img, err = openedImage(cmd.Context(), args[0], cfg, version, env)
			}
			if err != nil {
				return err
			}
			img.Names = cfg.NamesOf(references(img)...)
			return flags.export(files, img, version, now, env)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", "", "`format`: "+strings.Join(exportFormats(), ", "))
	f.StringVar(&flags.image, "image", "", "the image by `name`, REPOSITORY[:TAG][@DIGEST], without opening it")
	f.StringVarP(&flags.output, "output", "o", "", "`file` to write (default standard output)")
	f.StringVar(&flags.author, "author", "", "`who` makes the statements of a VEX document")
	f.StringVar(&flags.role, "role", "", "`what` the author is to the product")
	f.StringVar(&flags.platform, "platform", "", "which image of a multi-platform index: `os/arch[/variant]`")
	f.StringArrayVar(&flags.mirrors, "mirror", nil, "ask `MIRROR` first for images of HOST, as HOST=MIRROR; repeatable")
	f.StringArrayVar(&flags.insecure, "insecure", nil, "allow http and unverified TLS for this registry `host`; repeatable")
	f.StringVar(&flags.configPath, "config", "", "configuration `file` (default "+defaultConfig+" if it is there)")
	f.StringVar(&flags.now, "now", "", "export as of this `time`, RFC 3339")
	return cmd
}

func exportFormats() []string { return []string{"openvex", "cyclonedx", "trivyignore", "grype"} }

// config is the configuration with the flags laid over it.
func (flags exportFlags) config() (config.Config, error) {
	var settings []setting
	for _, s := range []setting{
		{"scan.platform", one(flags.platform), "flag --platform"},
		{"registry.mirrors", flags.mirrors, "flag --mirror"},
		{"registry.insecure", flags.insecure, "flag --insecure"},
	} {
		if len(s.values) > 0 {
			settings = append(settings, s)
		}
	}
	return loadConfig(flags.configPath, settings)
}

// namedImage is what a reference says of an image.
func namedImage(text string) (finding.Image, error) {
	ref, err := name.ParseReference(text, name.WithDefaultTag(""))
	if err != nil {
		return finding.Image{}, usagef("--image: %q is no image reference: expected REPOSITORY[:TAG][@DIGEST], such as ghcr.io/acme/api@sha256:…", text)
	}
	img := finding.Image{Ref: text, Source: image.SourceRegistry}
	img.Name, _, _ = strings.Cut(text, "@")
	if tagged, ok := ref.(name.Tag); ok && tagged.TagStr() != "" {
		img.Name = strings.TrimSuffix(img.Name, ":"+tagged.TagStr())
	}
	if pinned, ok := ref.(name.Digest); ok {
		img.Digest = pinned.DigestStr()
		// "repository:tag@digest" is a digest to the parser, and its name has no tag.
		if i := strings.LastIndexByte(img.Name, ':'); i > strings.LastIndexByte(img.Name, '/') {
			img.Name = img.Name[:i]
		}
	}
	return img, nil
}

// openedImage is what an image says of itself. Its layers are not read.
func openedImage(ctx context.Context, ref string, cfg config.Config, version string, env Env) (finding.Image, error) {
	r := &request{env: env, version: version, ref: ref, progress: newProgress(env, true)}
	opened, err := image.Open(ctx, ref, r.imageOptions(cfg))
	var reference *image.ReferenceError
	if errors.As(err, &reference) {
		return finding.Image{}, usage(err)
	}
	if err != nil {
		return finding.Image{}, err
	}
	defer opened.Close()
	return finding.Image{
		Ref:         opened.Ref,
		Name:        opened.Name,
		Source:      opened.Source,
		Digest:      opened.Digest,
		ID:          opened.ID,
		IndexDigest: opened.IndexDigest,
		Platform:    opened.Platform,
	}, nil
}

// export writes the document, and says on standard error what it does not say.
func (flags exportFlags) export(files []*exceptions.File, img finding.Image, version string, now time.Time, env Env) error {
	options := vex.WriteOptions{Author: flags.author, Role: flags.role, Tool: "imgscan " + version, Now: now}
	var (
		text []byte
		lost []string
		err  error
	)
	switch flags.format {
	case "openvex":
		text, lost, err = vex.WriteOpenVEX(files, img, options)
	case "cyclonedx":
		text, lost, err = vex.WriteCycloneDX(files, img, options)
	case "trivyignore":
		text, lost = foreign.Trivyignore(files, img, now)
	case "grype":
		text, lost = foreign.Grype(files, img, now)
	}
	if err != nil {
		return usage(err)
	}
	for _, l := range lost {
		complain(env.Stderr, l)
	}
	if flags.output == "" || flags.output == "-" {
		_, err := env.Stdout.Write(text)
		return err
	}
	if err := save(flags.output, text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "wrote %s\n", flags.output)
	return err
}
