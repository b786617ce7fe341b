// Package figure draws the charts of the notebooks on gonum/plot, describes each of them in words made from what is drawn, and shows
// them, key numbers, and training as it runs, inside a GoNB notebook, a terminal or a file.
//
// A [Chart] is a list of layers on two axes: dots, a line, a band, each with a name. [New] makes an empty one, methods such as
// [Chart.Points] and [Chart.Line] add layers, and functions such as [Reliability] make whole charts. Picture, description and tables
// are made when they are asked for, by [Show], [Chart.PNG] or [Chart.Describe], from the same layers and the same ends of the axes. So
// what is said of a layer is what is seen of it; only [Reliability] and [PIT] speak of all their data, wherever an axis ends. The same code draws with two pens: a PNG for notebooks and files (picture.go), and SVG for exported
// pages, as large as on a desk and as narrow as on a phone (drawing.go).
//
// # How to add a kind of layer
//
// Write a type that implements the interface layer (layer.go), in a file of its own: Plot draws it, describe says in words what is
// seen of it, tables gives its numbers. Give it a method DataRange if the axes have to reach as far as its data, Thumbnail if it has an
// entry in the legend, and narrow if it is laid out otherwise on a phone. Then write the method of Chart that checks its arguments and
// calls add. A colour that no style has needs a name in colourNames (drawing.go), and another colour in the pages' dark.css.
// band.go is a short example. Add the layer to the tests TestWordsFollowTheAxes, which sets the ends of the axes after the layers,
// TestNothingIsDrawnOutside, which draws the largest values there are, and TestDrawings.
package figure
