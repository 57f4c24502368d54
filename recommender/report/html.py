"""One self-contained web page: no script, no request, all text escaped, readable at 320 px and on paper."""

import html
from collections.abc import Iterable, Sequence
from typing import NewType

from recommender.errors import visible

Markup = NewType("Markup", str)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
html { color: #1b1b1b; background: #fff; font: 1rem/1.5 system-ui, "Liberation Sans", Arial, sans-serif; }
body { margin: 0 auto; padding: 1rem 0.75rem 3rem; max-width: 60rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
h1 { font-size: 1.75rem; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem; border-top: 2px solid #1f3a5f; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 0.25rem; }
p, ul { margin: 0.5rem 0; max-width: 46rem; }
ul { padding-left: 1.25rem; }
figure { margin: 1rem 0 0.5rem; padding-right: 1px; }
figure > svg { max-width: 46rem; }
figcaption { margin-bottom: 0.5rem; break-inside: avoid; break-after: avoid; }
article { break-inside: avoid; }
dt { font-weight: 600; }
dd { margin: 0 0 0.25rem 1rem; }
svg { display: block; overflow: visible; }
svg text { font-size: 13px; fill: #1b1b1b; }
svg text.inside { font-size: 12px; paint-order: stroke; }
svg text.inside { stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
svg text.on-dark { fill: #fff; stroke: none; }
.panel .if-broad { display: none; }
.pattern-store { position: absolute; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 2rem; }
.panel { break-inside: avoid; }
.key { list-style: none; padding: 0; }
.key li { position: relative; padding-left: 2rem; }
.key svg { position: absolute; left: 0; top: 0.25rem; }
details { margin: 0.25rem 0 1rem; }
summary { cursor: pointer; padding: 0.35rem 0; color: #1f3a5f; text-decoration: underline; }
summary:focus-visible { outline: 3px solid #1f3a5f; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; }
th, td { overflow-wrap: break-word; border-bottom: 1px solid #767676; font-weight: normal; }
thead th { font-weight: 600; vertical-align: bottom; border-bottom-width: 2px; }
@media (max-width: 36rem) {
  html { font-size: 0.95rem; }
  .if-broad { display: none; }
  table, caption, tbody, tr, th, td { display: block; }
  thead { display: none; }
  tr { border-bottom: 1px solid #767676; padding: 0.35rem 0; }
  tbody th { font-weight: 600; }
  th, td { border: 0; padding: 0.1rem 0; }
  td::before { content: attr(data-label) ": "; }
}
@media (forced-colors: active) {
  svg { forced-color-adjust: none; background: #fff; }
}
@media print {
  @page { size: A4; margin: 15mm; }
  html { font-size: 10.5pt; }
  body { padding: 0; max-width: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  svg, tr, li, .key { break-inside: avoid; }
  table { font-size: 8.5pt; line-height: 1.25; }
  th, td { padding: 0.15rem 0.5rem 0.15rem 0; }
  p { orphans: 3; widows: 3; }
  thead { display: table-header-group; }
  summary { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .panels { display: block; }
  .panel .if-broad { display: inline; }
}
""".strip()


def safe(text: str) -> str:
    """Return text escaped for an element or an attribute; control characters are written out.

    A percent sign stays on the line of its number.
    """
    return html.escape(visible(text)).replace(" %", "&#160;%")


def heading(level: int, text: str) -> Markup:
    """Return a heading."""
    return Markup(f"<h{level}>{safe(text)}</h{level}>\n")


def paragraph(text: str) -> Markup:
    """Return a paragraph."""
    return Markup(f"<p>{safe(text)}</p>\n")


def bullets(texts: Iterable[str]) -> Markup:
    """Return a list, or no markup where it is empty."""
    items = "".join(f"<li>{safe(text)}</li>\n" for text in texts)
    return Markup(f"<ul>\n{items}</ul>\n" if items else "")


def twin(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """Return the numbers of a figure as a table: folded on a screen, open on paper, a block a row if narrow.

    The roles are written out because a table that is laid out as blocks loses its own.
    """
    titles = "".join(f'<th scope="col" role="columnheader">{safe(title)}</th>' for title in head)
    lines = "".join(f'<tr role="row">{_row(head, row)}</tr>\n' for row in rows)
    return Markup(
        f"<details>\n<summary>{safe(caption)}: all numbers as a table</summary>\n"
        f'<table role="table">\n<caption>{safe(caption)}</caption>\n'
        f'<thead><tr role="row">{titles}</tr></thead>\n'
        f"<tbody>\n{lines}</tbody>\n</table>\n</details>\n"
    )


def _row(head: Sequence[str], row: Sequence[str]) -> str:
    cells = "".join(
        f'<td role="cell" data-label="{safe(title)}">{safe(cell)}</td>'
        for title, cell in zip(head[1:], row[1:], strict=True)
    )
    return f'<th scope="row" role="rowheader">{safe(row[0])}</th>{cells}'


def joined(parts: Iterable[Markup]) -> Markup:
    """Return the parts of a page in sequence."""
    return Markup("".join(parts))


def document(title: str, body: Markup) -> str:
    """Return a whole page that is both HTML and well-formed XML."""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{safe(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
