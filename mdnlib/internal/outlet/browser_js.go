package outlet

import "os"

func place() Place { return &console{stdout: os.Stdout, stderr: os.Stderr} }
