"""What `tests/mutants.py` changes, and that the mutants said to change nothing exist and say why."""

from tests.mutants import ROOT, TESTS, core, equivalent, mutants, nearest

SOURCE = b'''\
def least(values: list[int], other: int | None = None) -> int:
    """Not a mutant in a text, nor in a type."""
    if other is not None and len(values) > 1:
        values.append(other)
    return min(value for value in values if value)
'''
BOTH = "other is not None and len(values) > 1"
CHANGES = [
    (BOTH, "(not (other is not None and len(values) > 1))"),
    (BOTH, "(other is not None or len(values) > 1)"),
    (BOTH, "(len(values) > 1)"),
    (BOTH, "(other is not None)"),
    ("other is not None", "(other is None)"),
    ("len(values) > 1", "(len(values) >= 1)"),
    ("len(values) > 1", "(len(values) <= 1)"),
    ("1", "2"),
    ("1", "0"),
    ("values.append(other)", "pass"),
    ("return min((value for value in values if value))", "return None"),
    ("min((value for value in values if value))", "max((value for value in values if value))"),
    ("(value for value in values if value)", "(value for value in values)"),
]


def test_a_mutant_changes_one_piece_and_is_still_a_program() -> None:
    made = list(mutants("a.py", SOURCE))

    assert [(mutant.before, mutant.after) for mutant in made] == CHANGES
    for mutant in made:
        compile(mutant.applied(SOURCE), "a.py", "exec")


def test_every_part_of_the_core_is_there_and_has_its_tests() -> None:
    modules = [str(path.relative_to(ROOT / "recommender")) for path in (ROOT / "recommender").rglob("*.py")]

    assert [part for part in TESTS if not any(module.startswith(part) for module in modules)] == []
    files = {name for names in TESTS.values() for name in names.split()}
    assert [name for name in files if not (ROOT / "tests" / f"test_{name}.py").exists()] == []
    assert nearest("recommender/pages/rendering.py") == []


def test_a_mutant_that_is_said_to_change_nothing_exists_and_says_why() -> None:
    possible = {mutant.key for mutant in core()}

    assert [key for key in equivalent() if key not in possible] == []
    assert all(reason.endswith(".") for reason in equivalent().values())
