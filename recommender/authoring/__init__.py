"""Tools for authors of rules: checks of rules and wording, cases, and the rulebook as one page."""
