//go:build !page

package outlet

import "os"

func place() Place { return &console{stderr: os.Stderr} }
