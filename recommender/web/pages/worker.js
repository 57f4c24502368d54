// The program inside this browser. It fetches the files of this site that the service worker has checked, and after
// that nothing at all: no request can leave from here.
const fetchOwn = self.fetch.bind(self);
const base = new URL(".", self.location.href).href;
let answer;

async function start() {
  const { loadPyodide } = await import(`${base}pyodide/pyodide.mjs`);
  const [python, program] = await Promise.all([
    loadPyodide({ indexURL: `${base}pyodide/`, fullStdLib: false }),
    fetchOwn(`${base}program.zip`).then((reply) => reply.arrayBuffer()),
  ]);
  for (const way of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts"]) self[way] = undefined;
  python.unpackArchive(program, "zip", { extractDir: "/program" });
  python.runPython("import sys; sys.path.insert(0, '/program')");
  const browser = python.pyimport("recommender.web.browser");
  const handlers = browser.browser_handlers();
  answer = ({ method, path, pairs, files }) => {
    const reply = browser.answer(handlers, method, path, python.toPy(pairs), python.toPy(files));
    const plain = reply.toJs({ dict_converter: Object.fromEntries });
    reply.destroy();
    return plain;
  };
}

self.onmessage = ({ data }) => {
  try {
    self.postMessage({ number: data.number, ...answer(data) });
  } catch {
    self.postMessage({ number: data.number, failed: true }); // without details, which could hold health data
  }
};

start().then(
  () => self.postMessage({ ready: true }),
  () => self.postMessage({ failed: true }),
);
