// Asks the program of a site about people, with the Python that browsers run: node … RUNTIME LIBRARY PROGRAM PEOPLE OUT
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, library, program, people, out] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const python = await loadPyodide({ stdLibURL: library });
python.unpackArchive(new Uint8Array(fs.readFileSync(program)), "zip", { extractDir: "/program" });
python.globals.set("asked", fs.readFileSync(people, "utf8"));
fs.writeFileSync(out, python.runPython(`
import json, sys
sys.path.insert(0, "/program")
from datetime import date
from recommender.person.decision import assess
from recommender.report.json import assessment_as_json
from recommender.report.screen.text import first_screen
from recommender.vocabulary.profile import read_profile
from recommender.web.browser import browser_handlers

asked = json.loads(asked)
knowledge = browser_handlers().knowledge
book = knowledge.book._replace(phrases={**knowledge.book.phrases, **asked["phrases"]})
answers = []
for who in asked["people"]:
    profile = read_profile(book.vocabulary, who, {}, date.fromisoformat(asked["today"]))
    assessment = assess(book, knowledge.engine, profile)
    answers.append([first_screen(assessment, 80, False), json.dumps(assessment_as_json(assessment, "person"))])
json.dumps(answers)
`));
