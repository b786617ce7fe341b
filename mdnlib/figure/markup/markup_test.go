package markup

import (
	"strings"
	"testing"
)

const aChart = `{"version":2,"title":"Samples < 3.","description":{"what":"A scatter plot.","numbers":"50 samples.","trend":"","point":"It spreads."},
"tables":[{"name":"samples","columns":["x","y & z"],"rows":[[1,0.50],[2.0,-0.10]],"of":50}]}`

// TestOutput writes what a cell can show.
func TestOutput(t *testing.T) {
	for name, test := range map[string]struct {
		kind string
		data map[string]string
		want []string
	}{
		"a chart": {"chart", map[string]string{ChartType: aChart, DeskType: "<svg>desk</svg>", PhoneType: "<svg>phone</svg>"}, []string{
			`<figure class="chart" aria-label="Samples &lt; 3">`, `<div class="drawing desk"><svg>desk</svg></div>`, `<div class="drawing phone"><svg>phone</svg></div>`,
			`<p class="title">Samples &lt; 3</p>`, `<p>A scatter plot. 50 samples. It spreads.</p>`, `<caption>samples (2 of 50)</caption>`,
			`<th scope="col">y &amp; z</th>`, "<tr><td>1</td><td>0.50</td></tr>\n<tr><td>2.0</td><td>−0.10</td></tr>", `In words and numbers`,
		}},
		"a chart without tables": {"chart", map[string]string{ChartType: `{"title":"A network"}`, DeskType: "<svg/>", PhoneType: "<svg/>"}, []string{
			"<summary>In words</summary>",
		}},
		"a number": {"numbers", map[string]string{NumbersType: `{"rows_are":"","columns":[{"name":"","unit":"nats"}],"rows":[{"name":"x < 3","cells":[{"text":"0.1592","value":0.15921}]}]}`}, []string{
			`<dl class="results"><div><dt>x &lt; 3</dt><dd>0.1592 nats</dd></div></dl>`,
		}},
		"a table": {"numbers", map[string]string{NumbersType: `{"title":"Errors","rows_are":"law","columns":[{"name":"error","unit":"y's units"},{"name":"","unit":"%"},{"name":"verdict","unit":""}],
			"rows":[{"name":"growing","cells":[{"text":"0.021","value":0.0212},{"text":"50","value":50},{"text":"<good>"}]}]}`}, []string{
			`aria-label="Errors"`, `<caption>Errors</caption>`, `<th scope="col">law</th>`, `<th scope="col">error, y&#39;s units</th>`, `<th scope="col">%</th>`,
			`<th scope="col" class="words">verdict</th>`, `<tr><th scope="row">growing</th><td>0.021</td><td>50</td><td class="words">&lt;good&gt;</td></tr>`,
		}},
		"a caption": {"caption", map[string]string{"text/markdown": "*Shown*"}, nil},
	} {
		element, known, err := Output(test.kind, test.data)
		if err != nil || !known || (element == "") != (test.want == nil) {
			t.Errorf("%s is %q (%t, %v)", name, element, known, err)
		}
		for _, want := range test.want {
			if !strings.Contains(element, want) {
				t.Errorf("%s lacks %s:\n%s", name, want, element)
			}
		}
	}
}

func TestOutputRefuses(t *testing.T) {
	if _, known, err := Output("", map[string]string{"text/html": "<b>"}); known || err != nil {
		t.Errorf("what others show is known: %t (%v)", known, err)
	}
	for want, data := range map[string]map[string]string{
		"it shows nothing of the type " + ChartType + "; run it again":          {},
		"its chart has no drawing of the type " + PhoneType + "; run it again":  {ChartType: aChart, DeskType: "<svg/>"},
		"what it shows as " + ChartType + " cannot be read (invalid character ": {ChartType: "no JSON"},
	} {
		if _, _, err := Output("chart", data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}
