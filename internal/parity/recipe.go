package parity

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Recipe is a bash script that makes one image of the corpus.
//
// It runs in an empty folder, with the functions of lib.sh beside the recipes,
// and leaves there either image.tar, an archive that `docker load` would take,
// or the layers as folders layers/1, layers/2 … with whiteouts as files of their
// usual names.
type Recipe struct {
	// Name is the script's name without ".sh".
	Name string

	// Needs are the commands that the script calls besides those of every
	// machine, and "root" or "docker" when it must be root or needs a running
	// Docker daemon. They come from the line "# needs: …".
	Needs []string

	path, library string
	key           string
}

// LoadRecipes reads the recipes in dir, by name. fixed is whatever else decides
// what a recipe makes, such as the versions of modules.
func LoadRecipes(dir, fixed string) ([]Recipe, error) {
	library := filepath.Join(dir, "lib.sh")
	common, err := os.ReadFile(library)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "images", "*.sh"))
	if err != nil {
		return nil, err
	}
	var recipes []Recipe
	for _, path := range paths {
		script, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		hash := sha256.New()
		for _, part := range [][]byte{[]byte(fixed), common, script} {
			fmt.Fprintf(hash, "%d:%s", len(part), part)
		}
		recipes = append(recipes, Recipe{
			Name:    strings.TrimSuffix(filepath.Base(path), ".sh"),
			Needs:   needs(script),
			path:    path,
			library: library,
			key:     hex.EncodeToString(hash.Sum(nil))[:16],
		})
	}
	if len(recipes) == 0 {
		return nil, fmt.Errorf("no recipe in %q", filepath.Join(dir, "images"))
	}
	return recipes, nil
}

// needs are the words of the lines "# needs: …" in the comment that a script
// begins with.
func needs(script []byte) []string {
	var words []string
	lines := bufio.NewScanner(bytes.NewReader(script))
	for lines.Scan() {
		rest, found := strings.CutPrefix(lines.Text(), "# needs:")
		if found {
			words = append(words, strings.Fields(rest)...)
		} else if !strings.HasPrefix(lines.Text(), "#") {
			break
		}
	}
	return words
}

// Missing is what the recipe needs and this machine has not; empty when the
// image can be made.
func (r Recipe) Missing(ctx context.Context) []string {
	return slices.DeleteFunc(slices.Clone(r.Needs), func(need string) bool {
		switch need {
		case "root":
			return os.Geteuid() == 0
		case "docker":
			return exec.CommandContext(ctx, "docker", "info").Run() == nil
		}
		_, err := exec.LookPath(need)
		return err == nil
	})
}

// Make gives the image as a file in cache, and makes it when it is not there.
// env is added to the script's environment; what it prints goes to log.
func (r Recipe) Make(ctx context.Context, cache string, env []string, log io.Writer) (path string, err error) {
	path = filepath.Join(cache, r.Name+"-"+r.key+".tar")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	work, err := os.MkdirTemp(cache, r.Name+"-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, removeAll(work)) }()

	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", `source "$1"; source "$2"`, "bash", r.library, r.path)
	cmd.Dir = work
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("making image %q: %w", r.Name, err)
	}
	made := filepath.Join(work, "image.tar")
	if _, err := os.Stat(made); err != nil {
		if err := Pack(filepath.Join(work, "layers"), made, "parity/"+r.Name+":latest"); err != nil {
			return "", fmt.Errorf("packing image %q: %w", r.Name, err)
		}
	}
	return path, os.Rename(made, path)
}

// removeAll is os.RemoveAll for a folder whose own folders may be read-only, as
// copies from the module cache are.
func removeAll(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o700)
		}
		return err
	})
	return errors.Join(err, os.RemoveAll(dir))
}
