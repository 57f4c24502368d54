"""How much a page of a sheet shows, and in which size: from the longest to the shortest form."""

from typing import NamedTuple

ALL = 999


class Detail(NamedTuple):
    """The size of the letters in points, and how much is shown of each.

    `notes` are those on the number, `pictures` how high a picture is in mm. Of the exercises of somebody
    who does not just start, `gentle` are shown with their picture. `steps` and `cautions` say whether these
    are written out, `going_on` whether it is said how to go on after a week.
    """

    size: float
    pictures: float
    notes: int = ALL
    gentle: int = ALL
    steps: bool = False
    cautions: bool = True
    twins: int = 6
    changes: int = ALL
    waits: int = ALL
    going_on: bool = True
    sources: int = ALL
    facts: int = ALL


_FRONT = Detail(10, 32, notes=1, sources=3, facts=8, cautions=False)
FRONT = (
    Detail(12, 42, sources=8, facts=20, steps=True),
    Detail(11, 40, sources=8, facts=20, steps=True),
    Detail(12, 42, sources=8, facts=20),
    Detail(11.5, 40, sources=8, facts=20),
    Detail(11, 38, sources=6, facts=16),
    Detail(10.5, 36, notes=2, sources=6, facts=16),
    Detail(10.5, 34, notes=2, sources=4, facts=12, cautions=False),
    Detail(10, 34, notes=1, sources=3, facts=10),
    _FRONT,
    _FRONT._replace(size=9.5, pictures=30),
    _FRONT._replace(size=9, pictures=28, notes=0, facts=6),
    _FRONT._replace(size=8.5, pictures=24, notes=0, facts=4),
    _FRONT._replace(size=8, pictures=22, notes=0, facts=3),
    _FRONT._replace(size=7.5, pictures=20, notes=0, facts=3),
)
_BACK = Detail(
    10, 28, gentle=4, cautions=False, twins=3, changes=0, waits=1, going_on=False, sources=2, facts=4
)
BACK = (
    Detail(12, 40, sources=10),
    Detail(11, 36, changes=9, waits=4, sources=8),
    Detail(11, 34, gentle=6, changes=4, waits=3, sources=5, facts=12),
    Detail(10.5, 34, gentle=4, twins=3, changes=4, waits=3, sources=4, facts=10),
    Detail(10.5, 32, gentle=4, twins=3, changes=0, waits=2, sources=3, facts=8),
    Detail(10, 30, gentle=4, cautions=False, twins=3, changes=0, waits=2, sources=3, facts=6),
    _BACK._replace(size=11, pictures=30),
    _BACK._replace(size=10.5),
    _BACK,
    _BACK._replace(size=9.5, gentle=2),
    _BACK._replace(size=9, pictures=26, gentle=2),
    _BACK._replace(size=8.5, pictures=22, gentle=2, facts=3),
    _BACK._replace(size=8, pictures=18, gentle=0, waits=0, sources=1, facts=3),
)
"""The smallest letters are for people to whom very much has to be said; for them there is large print."""
LARGE = Detail(18, pictures=60, steps=True, twins=8, sources=10)
"""Large print, on as many pages as it takes."""
