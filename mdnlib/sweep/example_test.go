package sweep_test

import (
	"context"
	"fmt"
	"log"

	"mdn/mdnlib/sweep"
)

// How much do samples help? Each number of rows is trained with four seeds; the table says how the excess falls.
func ExampleSweep_Run() {
	s := sweep.Sweep{Laws: []string{"growing"}, Noise: []float64{0.2}, Rows: []int{50, 500}, Seeds: 4}
	table, err := s.Run(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, rows := range s.Rows {
		same := table.Where(func(r sweep.Row) bool { return r.Rows == rows })
		excess, chance := same.Mean(func(r sweep.Row) float64 { return r.Excess })
		fmt.Printf("%d rows: %.2f ± %.2f nats above the truth\n", rows, excess, chance)
	}
	// Output:
	// 50 rows: 0.18 ± 0.03 nats above the truth
	// 500 rows: 0.05 ± 0.01 nats above the truth
}
