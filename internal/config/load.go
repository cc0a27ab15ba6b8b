package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/org/imgscan-action/internal/policy"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// Load reads the file at path over the defaults. A missing file is the defaults
// too, unless the user named it: then it is an error. An error of several
// mistakes has one line for each, in the order of the file.
func Load(path string, explicit bool) (Config, error) {
	f, err := os.Open(path)
	return load(f, err, path, explicit)
}

// LoadFS is Load from a tree other than the folder that imgscan runs in: the base
// of a pull request, whose policy the pull request does not get to change.
func LoadFS(fsys fs.FS, path string, explicit bool) (Config, error) {
	f, err := fsys.Open(path)
	return load(f, err, path, explicit)
}

// load reads a file that was opened, unless that gave an error.
func load(f fs.File, err error, path string, explicit bool) (Config, error) {
	switch {
	case errors.Is(err, fs.ErrNotExist) && !explicit:
		return defaults(), nil
	case errors.Is(err, fs.ErrNotExist):
		return Config{}, fmt.Errorf("the configuration file %q does not exist", path)
	case err != nil:
		return Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	defer f.Close()
	// One byte more than allowed is enough to see that there are too many.
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse reads the content of a configuration file over the defaults. The name
// is for messages and origins.
func Parse(name string, data []byte) (Config, error) {
	root, err := strictyaml.Parse(name, data, limits())
	if err != nil {
		return Config{}, err
	}
	if root == nil {
		root = &node{Kind: strictyaml.Mapping, File: name, Line: 1, Col: 1}
	}
	c := defaults()
	if err := decode(root, &c); err != nil {
		return Config{}, err
	}
	if err := c.check(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// check finds values that are fine by themselves and not together.
func (c *Config) check() error {
	if err := c.Policy.Validate(); err != nil {
		name := "policy"
		var conflict *policy.Conflict
		if errors.As(err, &conflict) {
			name += "." + conflict.Setting
		}
		return fmt.Errorf("%s: %s: %w", c.origin(name), name, err)
	}
	return nil
}
