// Asks the program of a site about people, with the Python that browsers run, begun as on a later visit with the memory
// that the first one kept: node … RUNTIME LIBRARY PROGRAM PEOPLE OUT
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, library, program, people, out] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const { default: create } = await import(pathToFileURL(`${runtime}/pyodide.asm.mjs`));

async function started(beginning) {
  const python = await loadPyodide({ stdLibURL: library, ...beginning });
  python.FS.writeFile("/program.zip", new Uint8Array(fs.readFileSync(program)));
  return python;
}

const first = await started({ _makeSnapshot: true });
first.runPython("import sys; sys.path.insert(0, '/program.zip')");
first.runPython("from recommender.web.browser import rehearse; rehearse()");
const memory = first.makeMemorySnapshot();
const grown = async (settings) => {
  const python = await create(settings);
  python.growMemory(memory.byteLength);
  return python;
};
const python = await started({ _loadSnapshot: memory, createPyodideModule: grown });
python.globals.set("asked", fs.readFileSync(people, "utf8"));
fs.writeFileSync(out, python.runPython(`
import json, re
from datetime import date
from recommender.person.decision import assess
from recommender.report.json import assessment_as_json
from recommender.report.screen.text import first_screen
from recommender.vocabulary.profile import read_profile
from recommender.scan_report import read_report
from recommender.scan_report.reading import Known
from recommender.web.browser import answer, browser_handlers

asked = json.loads(asked)
handlers = browser_handlers()
knowledge, lexicon = handlers.knowledge, handlers.report.known.lexicon
book = knowledge.book._replace(phrases={**knowledge.book.phrases, **asked["phrases"]})
answers = []
for who in asked["people"]:
    profile = read_profile(book.vocabulary, who, {}, date.fromisoformat(asked["today"]))
    assessment = assess(book, knowledge.engine, profile)
    answers.append([first_screen(assessment, 80, False), json.dumps(assessment_as_json(assessment, "person"))])
report = [
    proposal.to_dict()
    for proposal in read_report(bytes.fromhex(asked["report"]), "", 61, Known(lexicon, book.vocabulary)).proposals
]
carried = re.search(r'name="conversation" value="([^"]*)"', answer(handlers, "POST", "/number", [("age", "61")], [])["body"])
sheet = answer(handlers, "POST", "/plan.html", [("conversation", carried[1])], [])["code"]
json.dumps({"answers": answers, "report": report, "sheet": sheet})
`));
