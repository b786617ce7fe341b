// Package live is the part of a page that trains while it is watched: the network of notebook 3 in a browser's Web Worker. The script of
// the worker, notebooks/page/worker.js, calls its two functions, live.begin and live.advance, and hands what they return to the page, where
// live.js draws it.
package live
