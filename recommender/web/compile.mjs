// Compiles Python archives with the Python that will run them: node compile.mjs RUNTIME COMPILE.PY IN OUT [IN OUT …]
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, script, ...pairs] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const python = await loadPyodide();
python.runPython(fs.readFileSync(script, "utf8"));
const compileArchive = python.globals.get("compile_archive");
for (let each = 0; each < pairs.length; each += 2) {
  python.FS.writeFile("/in.zip", new Uint8Array(fs.readFileSync(pairs[each])));
  compileArchive("/in.zip", "/out.zip");
  fs.writeFileSync(pairs[each + 1], python.FS.readFile("/out.zip"));
}
