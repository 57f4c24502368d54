"""Scores that sentences tell: of now, of one bone, and not of what a word means."""

import re
from collections.abc import Iterable, Iterator, Sequence

from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Site, Statement
from recommender.scan_report.numbers import YEAR, plain, tight
from recommender.scan_report.sites import HIP, NECK, RADIUS, SPINE, WHOLE_SPINE, levels, written
from recommender.scan_report.tables import GAP

_LINK = r"(?P<link>[^\d;]{0,70}?)"
_SENTENCE = re.compile(r"(?<=[a-zA-Zäöüß)\d])[.;!?] +(?=[A-ZÄÖÜÉ(•-])|\s•\s")
_LEVEL_DIGITS = re.compile(r"\bL ?[1-5]\b", re.IGNORECASE)
_DECIMAL = re.compile(r"[-+]? ?\d[.,]\d")
_LONG = 5  # words of a line that goes on in the next
_LONGEST = 1_500  # letters of a paragraph


def statements(lines: Sequence[tuple[int, str]], lexicon: Lexicon) -> Iterator[Statement]:
    """Yield the scores that lines of text tell; each is `(page, text)`."""
    context = ""
    for page, text in _units(lines):
        for sentence in _SENTENCE.split(text):
            yield from _in_sentence(sentence, context, page, lexicon)
        if any(site_of(text, lexicon)) or lexicon.first("never", text):
            context = text if len(text.split()) <= 2 * _LONG else ""


def _units(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Join the lines of a paragraph; a short line that follows no long one stands alone."""
    unit, unit_page, goes_on = "", 0, False
    for page, raw in lines:
        for text in map(plain, raw.split(GAP)):
            is_next = goes_on and page == unit_page and GAP not in raw and any(map(str.isalpha, text))
            if unit and not is_next:
                yield unit_page, unit
                unit = ""
            unit, unit_page = f"{unit} {text}".strip(), page
            is_long = len(text.split()) >= _LONG and len(unit) < _LONGEST and GAP not in raw
            goes_on = is_long and not text.endswith((".", ":"))
    if unit:
        yield unit_page, unit


def _in_sentence(sentence: str, context: str, page: int, lexicon: Lexicon) -> Iterator[Statement]:
    masked = _LEVEL_DIGITS.sub(lambda match: re.sub(r"\d", "n", match[0]), sentence)
    older = lexicon.patterns["older"].search(masked)
    end = older.start() if older else len(masked)
    mentions = sorted(_mentions(masked, lexicon), key=lambda mention: mention[1].start())
    before = 0
    for place, (kind, match) in enumerate(mentions):
        if match.end() > end or lexicon.patterns["ranges"].match(masked, match.end()):
            continue
        following = mentions[place + 1][1].start() if place + 1 < len(mentions) else len(masked)
        after = sentence[match.end() : min(following, end)]
        after = after[: number.start()] if (number := _DECIMAL.search(after)) else after
        own = sentence[before : match.end()]
        before = match.end()
        if lexicon.says("definitions", own + after[:25]) or YEAR.search(own + after):
            continue
        link = sentence[match.start("link") : match.end("link")]
        earlier = sentence[: match.start()]
        about = next(
            (text for text in (link, own, after, earlier, context) if any(site_of(text, lexicon))), ""
        )
        never = lexicon.first("never", own) or (not about and lexicon.first("never", f"{after} {context}"))
        if never or lexicon.first("worked_out", own) or len(levels(about or own, lexicon)) == 1:
            continue
        sign = "-" if (match["sign"] or "").strip(" -+") or "-" in (match["sign"] or "") else ""
        yield Statement(kind, f"{sign}{match['number']}", about, sentence.strip(), page)


def _mentions(text: str, lexicon: Lexicon) -> Iterator[tuple[str, "re.Match[str]"]]:
    """Yield each name of a score that a number follows, without another name between."""
    minus = lexicon.patterns["minus_words"].pattern
    number = rf"(?P<sign>(?:{minus})[ -]|[-+] ?)?(?P<number>\d{{1,2}}[.,]\d{{1,2}})(?![\d.,]?\d)"
    names = {kind: lexicon.patterns[f"headings.{kind}"].pattern for kind in SCORES}
    taken: set[int] = set()
    for kind in SCORES:
        other = "|".join(f"(?:{pattern})" for pattern in names.values())
        pattern = rf"(?:{names[kind]}|\b{lexicon.letters[kind]}(?= ?[:=]? ?[-+]? ?\d[.,]\d)){_LINK}{number}"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            is_other = re.search(other, match["link"], re.IGNORECASE)
            if not is_other and match.start("number") not in taken:
                taken.add(match.start("number"))
                yield kind, match


def site_of(text: str, lexicon: Lexicon) -> tuple[Site | None, bool]:
    """Return the site that a text names, and whether it names only a bone without saying which part.

    A text that names two sites names none.
    """
    text = tight(text)
    sites: list[Site] = []
    side = lexicon.all("sides", text)
    sided = side[0] if len(side) == 1 else ""
    vertebrae = levels(text, lexicon)
    bones = lexicon.all("bones", text)
    regions = lexicon.all("regions", text)
    if vertebrae and len(vertebrae) > 1:
        sites.append(Site(SPINE, "", "" if vertebrae == WHOLE_SPINE else written(vertebrae)))
    elif "spine" in bones and not vertebrae:
        sites.append(Site(SPINE))
    if "femoral_neck" in regions:
        sites.append(Site(NECK, sided))
    if "total" in regions and "hip" in bones:
        sites.append(Site(HIP, sided))
    if "radius33" in regions and "forearm" in bones:
        sites.append(Site(RADIUS, sided))
    if len(sites) == 1:
        return sites[0], False
    return None, not sites and bool(bones)
