"""The colours and lines of pictures: one hand for all of them.

Every colour can be set by the page around a picture (`--figure-skin`). The plain ones come first, for
programs that know no such names. They are read on white, on black and in grey: what must be told apart
differs in form, too.
"""

_FILLS = {
    "skin": "#f3e0cd",
    "skin.far": "#dcc8b4",
    "shirt": "#cfe3ea",
    "shirt.far": "#b3cad2",
    "trousers": "#b9c4d2",
    "trousers.far": "#a2aebd",
    "shoe": "#5b6570",
    "sole": "#343a40",
    "hair": "#c4c9cf",
    "wood": "#d9c3a5",
    "soft": "#eceff1",
    "metal": "#9aa5b1",
    "pale": "#f3ede4",
    "wall": "#dfe3e7",
    "bag": "#e3c9a0",
    "vest": "#8fa3b5",
}
TONES = ("wood", "soft", "metal", "pale", "wall")
"""What supports are made of."""
_LINES = {
    "thin": ("ink", "#1d2935", 10),
    "eye": ("ink", "#1d2935", 23),
    "spine": ("spine", "#0b7285", 28),
    "spine.round": ("wrong", "#c92a2a", 28),
    "band": ("band", "#c05a00", 18),
    "floor": ("floor", "#868e96", 22),
    "arrow": ("right", "#2b8a3e", 30),
    "tick": ("right", "#2b8a3e", 44),
    "cross": ("wrong", "#c92a2a", 44),
}
_INK = "#1d2935"
_BASE = f"stroke:{_INK};stroke-width:20;stroke-linejoin:round;stroke-linecap:round;paint-order:stroke"


def _rules() -> tuple[list[str], list[str]]:
    plain = [f".figure path{{{_BASE}}}"]
    named = [f".figure path{{stroke:var(--figure-ink,{_INK})}}"]
    for style, colour in _FILLS.items():
        plain.append(f".figure .{style}{{fill:{colour}}}")
        named.append(f".figure .{style}{{fill:var(--figure-{style.replace('.', '-')},{colour})}}")
    for style, (name, colour, width) in _LINES.items():
        plain.append(f".figure .{style}{{fill:none;stroke:{colour};stroke-width:{width}}}")
        named.append(f".figure .{style}{{stroke:var(--figure-{name},{colour})}}")
    plain.append(".figure .tip{fill:#2b8a3e;stroke:none}.figure .skin.thin{fill:#f3e0cd}")
    named.append(".figure .tip{fill:var(--figure-right,#2b8a3e);stroke:none}")
    return plain, named


def _sheet() -> str:
    plain, named = _rules()
    return f"{''.join(plain)}@supports(color:var(--a)){{{''.join(named)}}}"


STYLE = _sheet()
"""What every picture carries, as CSS."""
