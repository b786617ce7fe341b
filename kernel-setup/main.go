// Command kernel-setup installs what the notebooks need inside this checkout, and opens, tests and exports them.
//
//	go run ./kernel-setup lab        set up whatever is missing, open JupyterLab on the first notebook
//	go run ./kernel-setup test       set up whatever is missing, then run the tests
//	go run ./kernel-setup export     run notebooks in fresh kernels and write HTML tutorials
//	go run ./kernel-setup sweep      train and score a network under many settings
//	go run ./kernel-setup worker     train for a sweep on another machine
//	go run ./kernel-setup doctor     say what works and what does not
//	go run ./kernel-setup uninstall  remove all that it installed
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// A verb is one of the commands. It parses the arguments that follow its name.
type verb struct {
	name, arguments, summary string
	run                      func(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error
}

var verbs = []verb{
	{"lab", "[-port N] [-no-browser] [NOTEBOOK]", "set up whatever is missing, open JupyterLab on the first notebook", lab},
	{"test", "[-full]", "set up whatever is missing, then run the tests", test},
	{"export", "[-o DIR] [-set NAME=VALUE[,VALUE…]]… [-as-is] [-list] [NOTEBOOK…]", "run notebooks in fresh kernels and write HTML tutorials", export},
	{"sweep", "[-o TABLE.csv] [-serve ADDRESS | -nats URL] FILE.json", "train and score a network under many settings", trainSweep},
	{"worker", "-nats URL [-idle TIME]", "train for a sweep on another machine", worker},
	{"doctor", "", "say what works and what does not, one fix a line", doctor},
	{"uninstall", "", "remove all that it installed", uninstall},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case ctx.Err() != nil:
		var stopped interrupted
		if !errors.As(err, &stopped) {
			stopped.kept = "nothing has been changed"
		}
		fmt.Fprintln(os.Stderr, stopped)
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "kernel-setup:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	if runtime.GOOS == "windows" {
		return problem{"GoNB does not run on Windows itself", "install WSL (wsl --install) and run this command inside it"}
	}
	for _, v := range verbs {
		if len(arguments) == 0 || v.name != arguments[0] {
			continue
		}
		c, err := findCheckout()
		if err != nil {
			return err
		}
		flags := flag.NewFlagSet(v.name, flag.ContinueOnError)
		flags.Usage = func() {
			fmt.Fprintf(flags.Output(), "go run ./kernel-setup %s %s\n    %s\n", v.name, v.arguments, v.summary)
			flags.PrintDefaults()
		}
		return v.run(ctx, c, flags, arguments[1:])
	}
	fmt.Fprintln(os.Stderr, "usage: go run ./kernel-setup VERB")
	for _, v := range verbs {
		fmt.Fprintf(os.Stderr, "  %-10s %s\n", v.name, v.summary)
	}
	if len(arguments) > 0 {
		fmt.Fprintf(os.Stderr, "there is no verb %q\n", arguments[0])
	}
	return flag.ErrHelp
}

// parse reads a verb's flags and refuses what is left where the verb takes none, and flags among the notebooks.
func parse(flags *flag.FlagSet, arguments []string, most int) error {
	if err := flags.Parse(arguments); err != nil {
		return flag.ErrHelp
	}
	for i := 1; i < flags.NArg() && most != 0; i++ {
		if late := flags.Arg(i); len(late) > 1 && late[0] == '-' {
			return problem{fmt.Sprintf("the flag %s stands after %s", late, flags.Arg(0)),
				fmt.Sprintf("give flags before notebooks, see go run ./kernel-setup %s -help", flags.Name())}
		}
	}
	if most >= 0 && flags.NArg() > most {
		return problem{fmt.Sprintf("%s does not know what to do with %q", flags.Name(), flags.Arg(most)),
			fmt.Sprintf("see go run ./kernel-setup %s -help", flags.Name())}
	}
	return nil
}
