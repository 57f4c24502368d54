"""The rule language: text conditions over what is known, and not known, of a person.

`tree` says what a condition is, `parsing` reads one from text, `meaning` defines what it means (the reference
that every engine must agree with), and `normal` rewrites it into the shape that plain two-valued engines can
match.
"""
