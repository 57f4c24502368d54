"""Reports of bone-density scans, made up: a small PDF writer, and the layouts of the makers of scanners."""

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SPACE, LETTER, DIGIT = 278, 500, 556  # widths in thousandths of the size
_FIRST, _LAST = 32, 255


class Text(NamedTuple):
    text: str
    x: float
    y: float
    size: float
    turned: bool = False
    hidden: bool = False


class Paper:
    """Pages with text at places, in points from the upper left corner; written as a PDF."""

    def __init__(self) -> None:
        self.pages: list[list[Text]] = [[]]

    def new_page(self) -> None:
        self.pages.append([])

    def put(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 9,
        align: str = "left",
        turned: bool = False,
        hidden: bool = False,
    ) -> None:
        x -= {"left": 0.0, "right": 1.0, "centre": 0.5}[align] * width(text, size)
        self.pages[-1].append(Text(text, x, y, size, turned, hidden))

    def pdf(self, compressed: bool = True, rotate: int = 0) -> bytes:
        codes = _codes(text.text for page in self.pages for text in page)
        differences = " ".join(f"{code} /uni{ord(char):04X}" for char, code in codes.items())
        widths = " ".join(str(_width(chr(code))) for code in range(_FIRST, 128))
        widths += " " + " ".join([str(DIGIT)] * (_LAST - 127))
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Count {len(self.pages)} /Kids ["
            f"{' '.join(f'{4 + 2 * n} 0 R' for n in range(len(self.pages)))}] >>".encode(),
            f"<< /Type /Font /Subtype /Type1 /BaseFont /Report /FirstChar {_FIRST} /LastChar {_LAST} "
            f"/Widths [{widths}] /FontDescriptor << /Type /FontDescriptor /FontName /Report /Ascent 750 "
            f"/Descent -250 /Flags 32 >> /Encoding << /BaseEncoding /WinAnsiEncoding "
            f"/Differences [{differences}] >> >>".encode(),
        ]
        for number, page in enumerate(self.pages):
            content = "\n".join(_operators(text, codes) for text in page).encode("latin-1")
            packed = zlib.compress(content) if compressed else content
            filter_ = "/Filter /FlateDecode " if compressed else ""
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Rotate {rotate} "
                f"/Resources << /Font << /F 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>".encode()
            )
            objects.append(
                f"<< {filter_}/Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"
            )
        return _file(objects)


def _codes(texts: Iterable[str]) -> dict[str, int]:
    """Give each character beyond ASCII a code of its own in the font."""
    special = sorted({char for text in texts for char in text if ord(char) > 126})
    return {char: 128 + place for place, char in enumerate(special)}


def _width(char: str) -> int:
    return DIGIT if char.isdigit() or ord(char) > 126 else SPACE if char in " .,:;|()-/'il" else LETTER


def width(text: str, size: float) -> float:
    """The width of a text in points."""
    return sum(_width(char) for char in text) * size / 1000


def _operators(text: Text, codes: dict[str, int]) -> str:
    raw = "".join(chr(codes.get(char, ord(char))) for char in text.text)
    for char in "\\()":
        raw = raw.replace(char, f"\\{char}")
    a, b, c, d = (0, 1, -1, 0) if text.turned else (1, 0, 0, 1)
    mode = 3 if text.hidden else 0
    return f"BT /F {text.size} Tf {mode} Tr {a} {b} {c} {d} {text.x:.2f} {842 - text.y:.2f} Tm ({raw}) Tj ET"


def _file(objects: Sequence[bytes]) -> bytes:
    parts, places = [b"%PDF-1.4\n"], []
    for number, content in enumerate(objects, 1):
        places.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = sum(map(len, parts))
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    parts.append(
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return b"".join(parts)


class Layout(NamedTuple):
    """How a table stands on the page."""

    x: float = 60
    label: float = 96
    step: float = 58
    gap: float = 13
    size: float = 8
    align: str = "right"
    heading_align: str = ""
    gaps: tuple[float, ...] = ()  # shifts of single columns


USUAL = Layout()


def table(
    paper: Paper,
    y: float,
    headings: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    layout: Layout = USUAL,
) -> float:
    """Put a table on the paper; return where it ends. The first cell of each line is its label."""

    def place(column: int) -> float:
        shift = layout.gaps[column - 1] if column - 1 < len(layout.gaps) else 0.0
        return layout.x + layout.label + layout.step * column + shift

    for line in headings:
        for column, text in enumerate(line):
            if text and column == 0:
                paper.put(layout.x, y, text, layout.size)
            elif text:
                paper.put(place(column), y, text, layout.size, layout.heading_align or layout.align)
        y += layout.size + 2
    y += 5
    for row in rows:
        for column, text in enumerate(row):
            if text and column == 0:
                paper.put(layout.x, y, text, layout.size)
            elif text:
                paper.put(place(column), y, text, layout.size, layout.align)
        y += layout.gap
    return y


class Signs(NamedTuple):
    """How numbers are written."""

    minus: str = "-"
    point: str = "."

    def __call__(self, text: str) -> str:
        return text.replace("-", self.minus).replace(".", self.point) if _is_number(text) else text


PLAIN = Signs()


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "").isdigit()


def signed(rows: Iterable[Sequence[str]], signs: Signs) -> list[list[str]]:
    return [[row[0], *(signs(cell) for cell in row[1:])] for row in rows]


HOLOGIC_HEADINGS = (
    ("Region", "Area", "BMC", "BMD", "T -", "Z -"),
    ("", "(cm²)", "(g)", "(g/cm²)", "score", "score"),
)
HOLOGIC_SPINE = (
    ("L1", "12.10", "8.71", "0.720", "-2.4", "-0.7"),
    ("L2", "13.05", "9.66", "0.740", "-2.6", "-0.8"),
    ("L3", "14.20", "10.65", "0.750", "-3.0", "-1.1"),
    ("L4", "15.30", "11.63", "0.760", "-2.7", "-0.7"),
    ("L1-L4", "54.65", "40.65", "0.744", "-2.8", "-0.9"),
)
HOLOGIC_HIPS = (
    ("Neck",),
    ("Left", "4.80", "2.83", "0.590", "-2.2", "-0.7"),
    ("Right", "4.75", "2.76", "0.581", "-2.3", "-0.8"),
    ("Mean", "4.78", "2.80", "0.586", "-2.3", "-0.8"),
    ("|Diff.|", "0.05", "0.07", "0.009", "0.1", "0.1"),
    ("Ward's",),
    ("Left", "1.10", "0.44", "0.400", "-3.4", "-1.0"),
    ("Right", "1.10", "0.45", "0.409", "-3.3", "-0.9"),
    ("Trochanter",),
    ("Left", "10.10", "4.85", "0.480", "-2.9", "-1.2"),
    ("Right", "10.10", "4.85", "0.480", "-2.9", "-1.2"),
    ("Inter",),
    ("Left", "18.10", "14.66", "0.810", "-2.6", "-1.0"),
    ("Right", "18.10", "14.66", "0.810", "-2.6", "-1.0"),
    ("Total",),
    ("Left", "33.10", "23.83", "0.720", "-1.8", "-0.6"),
    ("Right", "33.40", "23.71", "0.710", "-1.9", "-0.7"),
    ("Mean", "33.25", "23.77", "0.715", "-1.9", "-0.7"),
    ("|Diff.|", "0.30", "0.12", "0.010", "0.1", "0.1"),
)
HOLOGIC_TRUTH = {
    "t_lumbar_spine": "-2.8",
    "t_femoral_neck": "-2.3",
    "t_total_hip": "-1.9",
    "z_lumbar_spine": "-0.9",
    "z_femoral_neck": "-0.8",
    "z_total_hip": "-0.7",
}
LUNAR_HEADINGS = (
    ("", "BMD", "YA", "YA", "AM", "AM"),
    ("Region", "(g/cm²)", "(%)", "T-score", "(%)", "Z-score"),
)
LUNAR_SPINE = (
    ("L1", "0.860", "76", "-2.3", "88", "-1.0"),
    ("L2", "0.900", "75", "-2.5", "87", "-1.1"),
    ("L3", "0.910", "76", "-2.4", "88", "-1.0"),
    ("L4", "0.890", "74", "-2.6", "86", "-1.2"),
    ("L1-L2", "0.880", "76", "-2.3", "88", "-1.0"),
    ("L1-L3", "0.892", "76", "-2.3", "88", "-1.0"),
    ("L1-L4", "0.891", "75", "-2.4", "87", "-1.1"),
    ("L2-L3", "0.905", "75", "-2.5", "87", "-1.1"),
    ("L2-L4", "0.900", "75", "-2.5", "87", "-1.1"),
    ("L3-L4", "0.900", "75", "-2.5", "87", "-1.1"),
)
LUNAR_FEMUR = (
    ("Neck Left", "0.741", "71", "-2.1", "106", "0.3"),
    ("Neck Right", "0.752", "72", "-2.0", "107", "0.4"),
    ("Neck Mean", "0.747", "72", "-2.1", "107", "0.4"),
    ("Neck Diff.", "0.011", "1", "0.1", "2", "0.1"),
    ("Wards Left", "0.597", "66", "-2.9", "110", "0.4"),
    ("Wards Right", "0.590", "65", "-3.0", "110", "0.4"),
    ("Troch Left", "0.610", "75", "-2.5", "95", "-0.3"),
    ("Troch Right", "0.610", "75", "-2.5", "95", "-0.3"),
    ("Shaft Left", "0.926", "-", "-", "-", "-"),
    ("Total Left", "0.777", "77", "-1.8", "108", "0.5"),
    ("Total Right", "0.800", "79", "-1.6", "111", "0.7"),
    ("Total Mean", "0.789", "78", "-1.7", "110", "0.6"),
    ("Total Diff.", "0.023", "2", "0.2", "3", "0.2"),
)
LUNAR_TRUTH = {
    "t_lumbar_spine": "-2.4",
    "t_femoral_neck": "-2.1",
    "t_total_hip": "-1.8",
    "z_lumbar_spine": "-1.1",
    "z_femoral_neck": "0.3",
    "z_total_hip": "0.5",
}
FOOTNOTE = (
    "WHO: Normal = T-score at or above -1.0 SD; Osteopenia = T-score between -1.0 and -2.5 SD; "
    "Osteoporosis = T-score at or below -2.5 SD"
)


def hologic(
    signs: Signs = PLAIN,
    columns: Sequence[int] = (0, 1, 2, 3, 4, 5),
    layout: Layout = USUAL,
    age: int = 63,
    without: Sequence[int] = (),
    headings: Sequence[Sequence[str]] = HOLOGIC_HEADINGS,
    paper: Paper | None = None,
) -> Paper:
    """A Hologic report of spine and both hips; `columns` in this order, those in `without` printed empty."""
    paper = paper or Paper()

    def chosen(rows: Iterable[Sequence[str]], heads: bool = False) -> list[list[str]]:
        return [
            [row[c] if c < len(row) and (heads or c not in without) else "" for c in columns] for row in rows
        ]

    paper.put(60, 40, f"Example Hospital   Name: Example Person   Sex: Female   Age: {age}")
    paper.put(60, 60, "Scan Type: a Lumbar Spine    Model: Horizon A (S/N 100)")
    paper.put(60, 74, "DXA Results Summary:")
    y = table(paper, 90, chosen(headings, True), signed(chosen(HOLOGIC_SPINE), signs), layout)
    paper.put(60, y + 6, "Total BMD CV 1.0%, ACF = 1.038, BCF = 1.009, TH = 6.5", 6)
    paper.put(60, y + 34, "Scan Type: Dual Hip")
    paper.put(60, y + 48, "DXA Results Summary:")
    y = table(paper, y + 64, chosen(headings, True), signed(chosen(HOLOGIC_HIPS), signs), layout)
    paper.put(60, y + 8, "T-score vs. White Female. Source: NHANES. " + FOOTNOTE, 5)
    return paper


def lunar(
    signs: Signs = PLAIN,
    headings: Sequence[Sequence[str]] = LUNAR_HEADINGS,
    layout: Layout = USUAL,
    columns: Sequence[int] = (0, 1, 2, 3, 4, 5),
    spine: Sequence[Sequence[str]] = LUNAR_SPINE,
    spine_title: str = "AP Spine: L1-L4 (BMD)",
    trend: Sequence[Sequence[str]] = (),
    graph: bool = True,
) -> Paper:
    """A Lunar report of spine and both femora, with graph and footnote; `trend` are rows of older scans."""
    paper = Paper()

    def chosen(rows: Iterable[Sequence[str]]) -> list[list[str]]:
        return [[row[c] for c in columns] for row in rows]

    paper.put(60, 30, "Patient: Example Person   Sex: Female   Age: 66.2 years   Menopause Age: 49")
    paper.put(60, 44, spine_title)
    if graph:
        paper.put(150, 44, "YA T-score")
        for step, label in enumerate(["2", "1", "0", "-1", "-2", "-3", "-4"]):
            paper.put(180, 56 + 8 * step, signs(label), 7, "right")
            paper.put(90, 56 + 8 * step, signs(f"{1.42 - 0.12 * step:.2f}"), 7, "right")
    paper.put(200, 118, "Densitometry: USA (Combined NHANES/Lunar)", 7)
    y = table(paper, 134, chosen(headings), signed(chosen(spine), signs), layout)
    if trend:
        paper.put(60, y + 8, "Trend: AP Spine L1-L4")
        heads = (
            ("Measured", "Age", "BMD", "YA", "Change vs"),
            ("Date", "(years)", "(g/cm²)", "T-score", "Previous (%)"),
        )
        y = table(paper, y + 22, heads, signed(trend, signs), layout)
    paper.put(60, y + 18, "DualFemur Bone Density")
    y = table(paper, y + 32, chosen(headings), signed(chosen(LUNAR_FEMUR), signs), layout)
    paper.put(60, 800, FOOTNOTE, 5)
    return paper
