"""The colours and lines of pictures: one hand for all of them.

A page around a picture may set ink, lines and clothes (`--figure-skin`). The plain colours come first, for
programs that know no such names. In grey all can be told apart that must be, as it differs in form, too.
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
    "ear": "#f3e0cd",
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
_INK = "#1d2935"
_MARKS = {"right": "#2b8a3e", "wrong": "#c92a2a"}
_LINES = {
    "thin": ("ink", _INK, 10),
    "eye": ("ink", _INK, 23),
    "spine": ("spine", "#0b7285", 28),
    "spine.round": ("wrong", _MARKS["wrong"], 28),
    "band": ("band", "#c05a00", 18),
    "floor": ("floor", "#868e96", 22),
    "arrow": ("right", _MARKS["right"], 30),
    "arrow.wrong": ("wrong", _MARKS["wrong"], 30),
    "tick": ("right", _MARKS["right"], 44),
    "cross": ("wrong", _MARKS["wrong"], 44),
}
_BASE = f"stroke:{_INK};stroke-width:20;stroke-linejoin:round;stroke-linecap:round;paint-order:stroke"


_PLATE = "#d9dee4"
"""What a picture stands on where all around it is dark."""
_CLOTHES = ("skin", "shirt", "trousers", "hair")
"""Of the fills, those that a page may set."""


def _sheet() -> str:
    plain = [f".pose path{{{_BASE}}}"]
    named = [f".pose path{{stroke:var(--figure-ink,{_INK})}}"]
    for style, colour in _FILLS.items():
        plain.append(f".pose .{style}{{fill:{colour}}}")
        if style in _CLOTHES:
            named.append(f".pose .{style}{{fill:var(--figure-{style},{colour})}}")
    for style, (name, colour, width) in _LINES.items():
        plain.append(f".pose .{style}{{fill:none;stroke:{colour};stroke-width:{width}}}")
        named.append(f".pose .{style}{{stroke:var(--figure-{name},{colour})}}")
    for style, name in (("tip", "right"), ("tip.wrong", "wrong")):
        plain.append(f".pose .{style}{{fill:{_MARKS[name]};stroke:none}}")
        named.append(f".pose .{style}{{fill:var(--figure-{name},{_MARKS[name]});stroke:none}}")
    dark = f"@media screen and (prefers-color-scheme:dark){{.pose{{background:{_PLATE};border-radius:4px}}}}"
    return f"{''.join(plain)}@supports(color:var(--a)){{{''.join(named)}}}{dark}"


STYLE = _sheet()
"""What every picture carries, as CSS."""
