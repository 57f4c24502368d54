// Compiles Python's library and the program with the Python that will run them, and sees that they answer:
// node compile.mjs RUNTIME COMPILE.PY LIBRARY COMPILED PROGRAM COMPILED
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, script, library, compiledLibrary, program, compiledProgram] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));

const compiler = await loadPyodide();
compiler.runPython(fs.readFileSync(script, "utf8"));
const compileArchive = compiler.globals.get("compile_archive");
for (const [source, target] of [[library, compiledLibrary], [program, compiledProgram]]) {
  compiler.FS.writeFile("/in.zip", new Uint8Array(fs.readFileSync(source)));
  compileArchive("/in.zip", "/out.zip");
  fs.writeFileSync(target, compiler.FS.readFile("/out.zip"));
}

const made = await loadPyodide({ stdLibURL: compiledLibrary });
made.FS.writeFile("/program.zip", new Uint8Array(fs.readFileSync(compiledProgram)));
made.runPython(`
import sys
sys.path.insert(0, "/program.zip")
from recommender.web.browser import answer, browser_handlers
if answer(browser_handlers(), "POST", "/number", [("t_score", "-2.6")], [])["code"] != 200:
    raise RuntimeError("no answer")
`);
