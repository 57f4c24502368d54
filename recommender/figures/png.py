"""Turns a picture into a PNG, by Typst (extra `[pdf]`)."""

import typst

_PAGE = """#set page(width: auto, height: auto, margin: 2mm, fill: white)
#image(bytes(sys.inputs.picture), format: "svg", height: 8cm)
"""
_DOTS_PER_INCH = 300


def png_of(picture: str) -> bytes:
    """Return an SVG as PNG on white, 8 cm high, 300 dots an inch."""
    png: bytes = typst.compile(
        _PAGE.encode(), format="png", ppi=_DOTS_PER_INCH, sys_inputs={"picture": picture}
    )
    return png
