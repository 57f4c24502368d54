"""The faces of an assessment: words for a terminal, JSON for programs."""
