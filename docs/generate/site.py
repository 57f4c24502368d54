"""MkDocs events: add the pages that are made at each build; refuse one that would load from elsewhere."""

import re
from pathlib import Path

from commands import commands_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from reference import exercises_page, fields_page, laws_page, movements_page, rules_page, sources_page
from reports import report_files
from safety import safety_pages

from recommender.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "recommender" / "schemas"
FROM_TOP = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "first_rule.md",
    "CHANGELOG.md": "changes.md",
    "SECURITY.md": "safety/reporting_harm.md",
}
LINKS = {
    **{f"({name})": f"({page})" for name, page in FROM_TOP.items()},
    **{f"(../{name})": f"({page})" for name, page in FROM_TOP.items()},
    "(../rules/invariants.yaml)": "(reference/laws.md)",
    "(rules/invariants.yaml)": "(reference/laws.md)",
    "(rules/safety/hazards)": "(safety/hazards.md)",
    "(../recommender/schemas/assessment.v1.json)": "(reference/assessment.v1.json)",
    "(docs/": "(",
}
"""Links of the Markdown files as they stand in the repository, and where they lead on the site."""

_LOADS = re.compile(
    r"<(?:script|link|img|iframe|source|object)\b[^>]*(?:src|href|data)=\"(?:https?:)?//[^>]*>"
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and the example reports."""
    book = load_rulebook(ROOT / "rules")
    pages = {page: (ROOT / name).read_text(encoding="utf-8") for name, page in FROM_TOP.items()}
    pages |= {
        "reference/commands.md": commands_page(),
        "reference/fields.md": fields_page(book.vocabulary),
        "reference/rules.md": rules_page(book),
        "reference/movements.md": movements_page(book),
        "reference/exercises.md": exercises_page(book),
        "reference/sources.md": sources_page(book),
        "reference/laws.md": laws_page(ROOT / "rules" / "invariants.yaml"),
    }
    pages |= {f"reference/{path.name}": path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    pages |= report_files(ROOT)
    pages |= safety_pages(ROOT, book)
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Lead links between files of the repository to pages of the site."""
    for link, page in LINKS.items():
        markdown = markdown.replace(link, page)
    return markdown


def on_post_page(output: str, page: object, **_: object) -> str:
    """Refuse a page that would load anything from elsewhere."""
    if loads := [tag for tag in _LOADS.findall(output) if 'rel="canonical"' not in tag]:
        raise PluginError(f"{page} would load from elsewhere: {', '.join(loads)}")
    return output
