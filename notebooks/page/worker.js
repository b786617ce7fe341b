// A Web Worker that runs a notebook's program. wasm_exec.js, which comes with Go and joins the two, stands before this text.
//
// It is sent, first, {plain, simd}, each packed: the program with SIMD, and what makes the plain one of it; or simd is "", and
// plain is all of the plain program. Or {module}, the program as another worker has unpacked it. Then
//   {files: {path: Uint8Array}}       files that the program can read
//   {cell, settings, run}             runs a cell, with settings as JSON
//   {answer, result}                  what it has asked for about a training: see claim
//   {begin, run, paused}, {pause}, {resume}   for the part that trains while it is watched, see package live
// It sends
//   {module}                          once it has unpacked the program
//   {run, item: {id, text | html | live}}   what the cell prints and shows
//   {run, done, error, exited}        the cell has ended; error is "" or what went wrong
//   {claim, wait, answer}, {keep, result}, {drop}   about trainings, by their keys
//   {setting, run}, {report, run}     from the part that trains while it is watched
//   {failure}                         WebAssembly does not work here

"use strict";

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

// ---- the program ----

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./:;=?@[]^_{}";

// bytes returns what the function letters of package build has written, in base 85: five letters are four bytes.
function bytes(letters) {
  const digit = new Uint8Array(128);
  for (let i = 0; i < 85; i++) digit[alphabet.charCodeAt(i)] = i;
  const content = new Uint8Array(Math.floor(letters.length * 4 / 5));
  for (let i = 0, at = 0; i < letters.length; i += 5) {
    let value = 0;
    for (let k = 0; k < 5; k++) value = value * 85 + (i + k < letters.length ? digit[letters.charCodeAt(i + k)] : 84);
    for (let k = 0; k < 4 && at < content.length; k++) content[at++] = value / 2 ** (24 - 8 * k) & 255;
  }
  return content;
}

// unpack returns a stream of what the function pack of package build has packed.
function unpack(letters) {
  const packed = bytes(letters);
  // Not from a Blob: in a page that was opened from a file, WebKit's workers cannot read one.
  return new ReadableStream({ start(c) { c.enqueue(packed); c.close(); } }).pipeThrough(new DecompressionStream("gzip"));
}

// makePlain makes the plain program of that with SIMD. The function difference of package build says how the two hang together.
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

async function compile({ plain, simd }) {
  const fits = !simd || WebAssembly.validate(simdModule);
  const program = fits ? unpack(simd || plain) : await makePlain(simd, plain);
  return WebAssembly.compileStreaming(new Response(program, { headers: { "Content-Type": "application/wasm" } }));
}

let module = null;   // resolves to the program
let instance = null; // resolves when the program has started
let exited = null;   // resolves to its exit code: log.Fatal and os.Exit end it

async function start() {
  const go = new Go();
  exited = new Promise((resolve) => { go.exit = resolve; });
  const ready = new Promise((resolve) => { globalThis.programReady = resolve; }); // which the program calls when it can be asked for something
  const running = await WebAssembly.instantiate(await module, go.importObject);
  go.run(running).then(() => { for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer); });
  await Promise.race([ready, exited]);
}

// ---- what a cell prints and shows ----

let run = 0; // of the cell that runs
const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };

globalThis.fs.writeSync = (file, bytes) => {
  postMessage({ run, item: { id: "", text: decoders[file].decode(bytes, { stream: true }) } });
  return bytes.length;
};

globalThis.showOutput = (id, kind, content) => {
  postMessage({ run, item: kind === "live" ? { id, live: content } : { id, html: content } });
};

async function runOne({ cell, settings, run: number }) {
  run = number;
  await (instance ??= start());
  const refused = setSettings(settings);
  if (refused) return postMessage({ run, done: true, error: refused });
  const error = await Promise.race([new Promise((done) => runCell(cell, done)), exited.then((code) => ({ code }))]);
  if (typeof error === "string") return postMessage({ run, done: true, error });
  instance = null; // the next cell needs another
  postMessage({ run, done: true, error: error.code ? "" : "It ended by itself.", exited: error.code });
}

// ---- trainings that are remembered, see package memory ----

const answers = new Map();
let asked = 0;

globalThis.claimTraining = (claim, wait, answer) => {
  answers.set(++asked, answer);
  postMessage({ claim, wait, answer: asked });
};
globalThis.keepTraining = (keep, result) => postMessage({ keep, result });
globalThis.dropTraining = (drop) => postMessage({ drop });

// ---- files that the program reads ----

const files = new Map();

function fileSystem() {
  const open = new Map();
  const named = (path) => files.get(path.replace(/^(\.?\/)+/, ""));
  const fail = (done, code) => done(Object.assign(new Error(code), { code }));
  const about = (content) => ({
    isDirectory: () => false, dev: 0, ino: 1, mode: 0o100444, nlink: 1, uid: 0, gid: 0, rdev: 0, size: content.length,
    blksize: 4096, blocks: 1, atimeMs: 0, mtimeMs: 0, ctimeMs: 0,
  });
  let next = 10;
  const stat = (path, done) => (named(path) ? done(null, about(named(path))) : fail(done, "ENOENT"));
  Object.assign(globalThis.fs, {
    open(path, flags, mode, done) {
      if (!named(path)) return fail(done, "ENOENT");
      open.set(next, { content: named(path), at: 0 });
      done(null, next++);
    },
    stat, lstat: stat,
    fstat: (file, done) => (open.has(file) ? done(null, about(open.get(file).content)) : fail(done, "EBADF")),
    read(file, buffer, offset, length, position, done) {
      const from = open.get(file);
      if (!from) return fail(done, "EBADF");
      if (position !== null) from.at = Number(position);
      const part = from.content.subarray(from.at, from.at + length);
      buffer.set(part, offset);
      from.at += part.length;
      done(null, part.length);
    },
    close(file, done) {
      open.delete(file);
      done(null);
    },
  });
  globalThis.process.cwd = () => "/";
}
fileSystem();

// ---- the part that trains while it is watched ----

const turnMilliseconds = 24; // with what lies between two turns, some 36 pictures a second
let watched = 0;             // the number of the training
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
  postMessage({ report, run: watched });
  keepOn();
}

function keepOn() {
  if (!training || turnIsDue) return;
  turnIsDue = true;
  turns.port2.postMessage(null);
}

async function watch(data) {
  await (instance ??= start()); // before anything else is done, so that all is done in its order
  if (data.begin) {
    watched = data.run;
    const setting = live.begin(data.begin);
    postMessage({ setting, run: watched });
    training = !data.paused && !setting.error;
    if (training) turn(0); // the first epoch, to be seen at once
  }
  if (data.pause) training = false;
  if (data.resume) training = true;
  keepOn();
}

onmessage = async ({ data }) => {
  try {
    if ("plain" in data) {
      module = compile(data);
      const compiled = await module;
      try {
        postMessage({ module: compiled });
      } catch {
        postMessage({ module: null }); // this browser does not hand programs from one worker to another
      }
    } else if (data.module) {
      module = Promise.resolve(data.module);
    } else if (data.files) {
      for (const [path, content] of Object.entries(data.files)) files.set(path, content);
    } else if (data.cell) {
      await runOne(data);
    } else if (data.answer) {
      answers.get(data.answer)(data.result);
      answers.delete(data.answer);
    } else {
      await watch(data);
    }
  } catch (error) {
    postMessage({ failure: String(error), run: data.run });
  }
};
