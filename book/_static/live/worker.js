// Python, in a worker of the page. Loads Pyodide and our wheels, runs the page's cells in order, then
// answers one message after another. See host.js for the protocol.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url);
const post = (message) => self.postMessage(message);
let python = null; // the module system_leadership.forms.page

// -- progress: on the first visit, count the bytes as they come in. Later they come from the browser's
// cache, and a response left untouched lets the browser reuse the machine code it made of it.
function countDownloads() {
  const fetchPlain = self.fetch.bind(self);
  let loaded = 0;
  let told = 0;
  self.fetch = async (...request) => {
    const response = await fetchPlain(...request);
    if (!response.ok || !response.body) return response;
    const counted = response.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        if (loaded - told > 100_000) { told = loaded; post({ type: "progress", loaded }); }
        controller.enqueue(chunk);
      },
    }));
    return new Response(counted, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
}

async function download(path) {
  const response = await fetch(new URL(path, here));
  if (!response.ok) throw new Error(`${path} could not be downloaded (${response.status})`);
  return response.arrayBuffer();
}

async function start({ wheels, cells, saved, count }) {
  if (count) countDownloads();
  const archives = wheels.map(download); // in parallel with Pyodide itself
  archives.forEach((archive) => archive.catch(() => {})); // awaited below
  const pyodide = await loadPyodide({
    indexURL: new URL("pyodide/", here).href,
    lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2", version: "314.0.6" }, packages: {} },
    packageBaseUrl: new URL("pyodide/", here).href,
    stdout: () => {}, stderr: (text) => console.debug(text),
  });
  for (const archive of archives) pyodide.unpackArchive(await archive, "wheel");
  pyodide.registerJsModule("page_host", { post: (text) => self.postMessage(text) });
  post({ type: "loaded" });
  python = pyodide.pyimport("system_leadership.forms.page");
  python.begin(saved ? JSON.stringify(saved) : "");
  const globals = pyodide.globals;
  for (const { index, source } of cells) {
    post({ type: "running", cell: index });
    python.cell(index);
    pyodide.runPython(source, { globals, filename: `cell ${index + 1}` });
  }
  python.settled();
  post({ type: "ready" });
}

// The last line of a Python traceback says what happened; the whole goes along for who wants to see it.
const told = (error) => {
  const whole = String(error?.message ?? error).trim();
  return { message: whole.split("\n").at(-1), detail: whole };
};

self.onmessage = async ({ data }) => {
  try {
    if (data.type === "start") await start(data);
    else python.receive(JSON.stringify(data));
  } catch (error) {
    post({ type: "failed", during: data.type, ...told(error) });
  }
  post({ type: "answered", number: data.number });
};
