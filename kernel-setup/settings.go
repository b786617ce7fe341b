package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// assignments are the NAME=VALUE of the flag -set, as given.
type assignments []string

func (a *assignments) String() string { return strings.Join(*a, " ") }

func (a *assignments) Set(text string) error {
	*a = append(*a, text)
	return nil
}

// A tutorial is a notebook and the pages that are made of it: one, or one for each combination of settings.
type tutorial struct {
	Notebook string
	Pages    []variant
	Index    string // the suffix of the page that shows the others side by side
	Title    string // what its title has after the notebook's: noise = 0.1, 0.3
}

// A variant is a notebook with some of its settings replaced.
type variant struct {
	Suffix   string   // what the page's name has after the notebook's: .noise=0.3
	Settings []string // noise = 0.3
}

// askSettings runs settings.py, the one place that reads settings and checks values, and returns what it prints.
func (c checkout) askSettings(ctx context.Context, environment []string, arguments ...string) (string, error) {
	script := c.path("kernel-setup", "jupyter", "settings.py")
	cmd := command(ctx, environment, c.python(), append([]string{script}, arguments...)...)
	output, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return string(output), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == 2:
		return "", errors.New(strings.TrimSpace(string(exit.Stderr)))
	case errors.As(err, &exit):
		return "", explain("read the settings", string(exit.Stderr), err)
	}
	return "", fmt.Errorf("read the settings: %w", err)
}

// plan says which pages to make of the notebooks. It refuses a setting that none of them has, and a value that one of
// them cannot have.
func (c checkout) plan(ctx context.Context, environment, notebooks []string, set assignments) ([]tutorial, error) {
	var plan []tutorial
	if len(set) == 0 {
		for _, notebook := range notebooks {
			plan = append(plan, tutorial{Notebook: notebook, Pages: make([]variant, 1)})
		}
		return plan, nil
	}
	answer, err := c.askSettings(ctx, environment, slices.Concat([]string{"pages"}, notebooks, []string{"--"}, set)...)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(strings.TrimSpace(answer), "\n") {
		var t tutorial
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return nil, fmt.Errorf("read the settings: %w", err)
		}
		plan = append(plan, t)
	}
	return plan, nil
}
