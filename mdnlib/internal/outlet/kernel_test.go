//go:build !page && !js

package outlet

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// TestMessage sends every kind of value through encoding/gob, as GoNB does: what a thing's metadata may hold has to arrive.
func TestMessage(t *testing.T) {
	thing := Thing{
		Kind:     Chart,
		Data:     map[string]any{"image/png": []byte("png"), "text/plain": "a chart"},
		Metadata: map[string]any{"alt": "a chart", "image/png": map[string]int{"width": 672, "height": 441}},
	}
	var wire bytes.Buffer
	if err := gob.NewEncoder(&wire).Encode(message("an id", thing)); err != nil {
		t.Fatal(err)
	}
	var got protocol.DisplayData
	if err := gob.NewDecoder(&wire).Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := protocol.DisplayData{
		Data: map[protocol.MIMEType]any{"image/png": []byte("png"), "text/plain": "a chart"},
		Metadata: map[string]any{
			"alt": "a chart", "image/png": map[string]int{"width": 672, "height": 441}, "mdn": "chart",
		},
		DisplayID: "an id",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v arrives, want %+v", got, want)
	}
	if len(thing.Metadata) != 2 {
		t.Error("the thing's own metadata has been changed")
	}
}
