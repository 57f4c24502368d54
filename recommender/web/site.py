"""The static site: the person's pages with all that runs them in a browser, as a folder for any host."""

import io
import pickle
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from recommender.figures import load_figures
from recommender.rulebook.files import package
from recommender.rulebook.loading import load_activities, load_questions, load_web_rulebook
from recommender.rulebook.model import Rulebook
from recommender.scan_report.reading import lexicon_in_use
from recommender.web.browser import KNOWLEDGE
from recommender.web.clinic import Clinic
from recommender.web.compiling import compiled
from recommender.web.rendering import Rendering
from recommender.web.runtime import integrity

PROGRAM, RUNTIME, INDEX, SERVICE = "program.zip", "pyodide/", "index.html", "service.js"
_ROOMS_APART = ("api.py", "authoring", "cli", "cohort", "proof", "review", "schemas", "vectorised")
_LIBRARIES = ("jinja2", "markupsafe", "yaml", "pdfminer", "charset_normalizer")
_A_DAY = (1980, 1, 1, 0, 0, 0)  # the same archive in every build
_HEAD, _PROTOCOL = 12, 5


def site_files(
    book: Rulebook, clinic: Clinic | None, runtime: Mapping[str, bytes], node_program: str | None
) -> dict[str, bytes]:
    """Return every file of the site by its name; with node the program is compiled, and starts twice as fast.

    Raises:
        RulebookError: where a file of the rulebook cannot be used.

    """
    pages = load_web_rulebook(book)
    rendering = Rendering(pages, clinic, "browser")
    known = (pages, load_questions(book), load_activities(book), load_figures(book), lexicon_in_use(), clinic)
    program = _program(pickle.dumps(known, _PROTOCOL))
    if node_program is not None:
        runtime, program = compiled(runtime, program, node_program)
    files = {
        "style.css": rendering.style().encode(),
        "app.js": rendering.script("app.js"),
        PROGRAM: program,
        **{f"{RUNTIME}{name}": content for name, content in sorted(runtime.items())},
    }
    files["worker.js"] = rendering.text("worker.js", program_version=_version(files)).encode()
    hashes = {name: integrity(content) for name, content in files.items()}
    starter = rendering.script("why.js").decode()
    index = rendering.text("site.html", hashes=hashes, starter=starter, starter_hash=_policy_hash(starter))
    files[INDEX] = index.encode()
    hashes[INDEX] = integrity(files[INDEX])
    sizes = {name: len(content) for name, content in files.items()}
    service = rendering.text("service.js", hashes=hashes, sizes=sizes, site_version=_version(files))
    return {**files, SERVICE: service.encode()}


def _version(files: Mapping[str, bytes]) -> str:
    return sha256("".join(map(integrity, files.values())).encode()).hexdigest()[:_HEAD]


def _policy_hash(script: str) -> str:
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _program(knowledge: bytes) -> bytes:
    """Return the archive of this program without what no page needs, its libraries, and what it knows."""
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in (*_own(), *_libraries(), (f"recommender/{KNOWLEDGE}", knowledge)):
            packed.writestr(ZipInfo(name, _A_DAY), content, ZIP_DEFLATED)
    return archive.getvalue()


def _own() -> Iterator[tuple[str, bytes]]:
    root = Path(str(package()))
    for file in sorted(root.rglob("*")):
        inside = file.relative_to(root)
        wanted = file.suffix in (".py", ".html", ".css", ".js") and inside.parts[0] not in _ROOMS_APART
        if wanted and file.is_file():
            yield f"recommender/{inside.as_posix()}", file.read_bytes()


def _libraries() -> Iterator[tuple[str, bytes]]:
    for name in _LIBRARIES:
        spec = find_spec(name)
        if spec is None:  # without the extra [report] no report is read
            continue
        root = Path(str(spec.origin)).parent
        for file in sorted(root.rglob("*.py")):
            yield f"{name}/{file.relative_to(root).as_posix()}", file.read_bytes()
