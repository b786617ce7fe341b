// The Web Worker: it runs the Go program and keeps listening while that trains. wasm_exec.js, which comes with Go and joins
// the two, stands before this text.
//
// The page sends {plain, simd} once, each base64 of gzip: the program with SIMD, and what makes the plain one of it; or simd is "",
// and plain is all of the plain program. Then it sends {begin: settings, run, paused}, {pause: true} and {resume: true}. It is sent
// {setting, run} when a training begins, {report, run} every few milliseconds while it goes on, and {failure} where WebAssembly
// does not work. run is the training's number: the page drops what belongs to an older one.

const turnMilliseconds = 24; // with what lies between two turns, some 36 pictures a second

// A module that is valid only where there is SIMD, for which the browser may be too old, or the processor that it runs on. Its
// function returns the popcnt of a vector, an instruction that early drafts of SIMD do not have.
const simdModule = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // "\0asm", version 1
  1, 5, 1, 0x60, 0, 1, 0x7b,          // section 1, of 5 bytes: one type, a function of nothing that returns a v128
  3, 2, 1, 0,                         // section 3, of 2 bytes: one function, of type 0
  10, 10, 1, 8, 0,                    // section 10, of 10 bytes: one body, of 8 bytes and without variables
  0x41, 0, 0xfd, 0x0f, 0xfd, 0x62,    // i32.const 0, i8x16.splat, i8x16.popcnt
  0x0b,                               // end
]);

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

// unpack returns a stream of what is packed as base64 of gzip.
function unpack(base64) {
  const letters = atob(base64);
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < packed.length; i++) packed[i] = letters.charCodeAt(i);
  // Not from a Blob: in a page that was opened from a file, WebKit's workers cannot read one.
  return new ReadableStream({ start(c) { c.enqueue(packed); c.close(); } }).pipeThrough(new DecompressionStream("gzip"));
}

// makePlain makes the plain program of that with SIMD. The function difference of build/main.go says how the two hang together.
async function makePlain(simd, difference) {
  const read = async (packed) => new Response(unpack(packed)).arrayBuffer();
  const other = new Uint8Array(await read(simd));
  const buffer = await read(difference);
  const [count] = new Uint32Array(buffer, 0, 1);
  const pieces = new Uint32Array(buffer, 4, 2 * count);
  const program = new Uint8Array(buffer, 4 + 8 * count);
  for (let k = 0; k < count; k++) {
    const [begin, place, end = program.length] = pieces.subarray(2 * k);
    for (let i = begin; i < end; i++) program[i] += other[place + i - begin] ?? 0;
  }
  return program;
}

async function start({ plain, simd }) {
  const fits = !simd || WebAssembly.validate(simdModule);
  const program = fits ? unpack(simd || plain) : await makePlain(simd, plain);
  const response = new Response(program, { headers: { "Content-Type": "application/wasm" } });
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(response, go.importObject);
  go.run(instance); // returns when the program waits to be called
}

onmessage = async ({ data }) => {
  try {
    if (data.plain) program = start(data);
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
