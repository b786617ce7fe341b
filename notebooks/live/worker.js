// The Web Worker: it runs the Go program and keeps listening while that trains. wasm_exec.js, which comes with Go and joins
// the two, stands before this text.
//
// The page sends {wasm} once, the program as base64 of gzip; then {begin: settings, run, paused}, {pause: true} and
// {resume: true}. It is sent {setting, run} when a training begins, {report, run} every few milliseconds while it goes on,
// and {failure} where WebAssembly does not work. run is the training's number: the page drops what belongs to an older one.

const turnMilliseconds = 24; // with what lies between two turns, some 36 pictures a second

let program = null; // resolves when the program has started
let run = 0;
let training = false;

// A message to itself lets those of the page in between two turns; a timer would wait for 4 ms each time.
const turns = new MessageChannel();
let turnIsDue = false;
turns.port1.onmessage = () => {
  turnIsDue = false;
  if (training) turn(turnMilliseconds);
};

function turn(milliseconds) {
  const report = live.advance(milliseconds);
  if (report.done) training = false;
  postMessage({ report, run });
  keepOn();
}

function keepOn() {
  if (!training || turnIsDue) return;
  turnIsDue = true;
  turns.port2.postMessage(null);
}

async function start(base64) {
  const letters = atob(base64);
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < packed.length; i++) packed[i] = letters.charCodeAt(i);
  // Not from a Blob: in a page that was opened from a file, WebKit's workers cannot read one.
  const stream = new ReadableStream({ start(c) { c.enqueue(packed); c.close(); } }).pipeThrough(new DecompressionStream("gzip"));
  const response = new Response(stream, { headers: { "Content-Type": "application/wasm" } });
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(response, go.importObject);
  go.run(instance); // returns when the program waits to be called
}

onmessage = async ({ data }) => {
  try {
    if (data.wasm) program = start(data.wasm);
    await program;
  } catch (error) {
    postMessage({ failure: String(error) });
    return;
  }
  if (data.begin) {
    run = data.run;
    const setting = live.begin(data.begin);
    postMessage({ setting, run });
    training = !data.paused && !setting.error;
    if (training) turn(0); // the first epoch, to be seen at once
  }
  if (data.pause) training = false;
  if (data.resume) training = true;
  keepOn();
};
