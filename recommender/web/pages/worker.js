// The program inside this browser. It fetches the files of this site that the service worker has checked, and after
// that nothing at all: no request can leave from here. The first visit keeps Python's memory as it is before anybody
// has answered anything; later visits begin there, as starting Python takes most of the time.
const fetchOwn = self.fetch.bind(self);
const base = new URL(".", self.location.href).href;
const MEMORY = `recommender ${base} memory {{ program_version }}`;
let answer;

async function keptMemory() {
  const reply = await caches.match("memory", { cacheName: MEMORY });
  return reply?.arrayBuffer();
}

async function keep(memory) {
  const cache = await caches.open(MEMORY);
  await cache.put("memory", new Response(memory));
}

async function start(memory) {
  const { loadPyodide } = await import(`${base}pyodide/pyodide.mjs`);
  const { default: create } = await import(`${base}pyodide/pyodide.asm.mjs`);
  const beginning = memory ? { _loadSnapshot: memory, createPyodideModule: grown } : { _makeSnapshot: true };
  const [python, program] = await Promise.all([
    loadPyodide({ indexURL: `${base}pyodide/`, fullStdLib: false, ...beginning }),
    fetchOwn(`${base}program.zip`).then((reply) => reply.arrayBuffer()),
  ]);
  python.FS.writeFile("/program.zip", new Uint8Array(program));
  if (!memory) {
    python.runPython("import sys; sys.path.insert(0, '/program.zip')");
    python.runPython("from recommender.web.browser import rehearse; rehearse()");
    keep(python.makeMemorySnapshot()).catch(() => {}); // without room for it, each visit starts Python
  }
  const browser = python.pyimport("recommender.web.browser");
  const handlers = browser.browser_handlers();
  answer = ({ method, path, pairs, files }) => {
    const reply = browser.answer(handlers, method, path, python.toPy(pairs), python.toPy(files));
    const plain = reply.toJs({ dict_converter: Object.fromEntries });
    reply.destroy();
    return plain;
  };

  async function grown(settings) {
    const python = await create(settings);
    python.growMemory(memory.byteLength); // what was kept can be larger than what Python begins with
    return python;
  }
}

async function startAnew() {
  await caches.delete(MEMORY);
  await start();
}

function ready() {
  for (const way of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts"]) self[way] = undefined;
  self.postMessage({ ready: true });
}

self.onmessage = ({ data }) => {
  try {
    self.postMessage({ number: data.number, ...answer(data) });
  } catch {
    self.postMessage({ number: data.number, failed: true }); // without details, which could hold health data
  }
};

keptMemory()
  .then(start)
  .catch(startAnew)
  .then(ready, () => self.postMessage({ failed: true }));
