// What a visitor waits for, in CPU seconds: node site.mjs RUNTIME LIBRARY PROGRAM prints JSON.
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, library, program] = process.argv.slice(2);
const seconds = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
};
const laps = {};
let last = seconds();
const lap = (name) => {
  const now = seconds();
  laps[name] = now - last;
  last = now;
};

const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const python = await loadPyodide({ stdLibURL: library });
lap("python");
python.FS.writeFile("/program.zip", new Uint8Array(fs.readFileSync(program)));
python.runPython("import sys; sys.path.insert(0, '/program.zip')");
const browser = python.pyimport("recommender.web.browser");
const handlers = browser.browser_handlers();
lap("program");
const ask = (path, pairs) => {
  const reply = browser.answer(handlers, "POST", path, python.toPy(pairs), python.toPy([]));
  return reply.get("body");
};
const question = ask("/number", [["t_score", "-3.9"], ["age", "54"]]);
const carried = [["conversation", /name="conversation" value="([^"]*)"/.exec(question)[1]]];
ask("/answer", carried);
lap("first answer");
for (const path of ["/answer", "/answer", "/answer", "/answer"]) ask(path, carried);
laps["next answer"] = (seconds() - last) / 4;
last = seconds();
ask("/can", [...carried, ["asked", "golf"]]);
lap("first can");
for (const asked of ["yoga", "stairs", "gardening", "swimming"]) ask("/can", [...carried, ["asked", asked]]);
laps["next can"] = (seconds() - last) / 4;
console.log(JSON.stringify(laps));
