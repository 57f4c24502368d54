"""Runs people through one rulebook with one engine, and records the results for coverage."""

from collections.abc import Mapping
from typing import Any

from recommender.person.assessment import Assessment
from recommender.person.decision import decide
from recommender.person.engines import best_engine, infer
from recommender.person.engines.inference import Findings
from recommender.rulebook.model import Rulebook
from recommender.vocabulary.profile import Profile, read_profile


class CaseRunner:
    """Assesses the people of cases and records what fired and what was offered, for coverage."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.engine = best_engine()(rulebook.strata)
        self.seen: list[Findings] = []
        self.offered: set[str] = set()
        self.withheld: set[str] = set()

    def profile(self, answers: Mapping[str, Any]) -> Profile:
        """Read a person's answers.

        Raises:
            ProfileError: when they cannot be understood or contradict each other.

        """
        return read_profile(self.rulebook.vocabulary, answers, {})

    def findings(self, profile: Profile) -> Findings:
        """Run the rules for one person and record what fired."""
        findings = infer(self.rulebook, self.engine, profile.facts)
        self.seen.append(findings)
        return findings

    def assess(self, answers: Mapping[str, Any]) -> Assessment:
        """Assess one person and record which levels are offered and which are withheld.

        Raises:
            ProfileError: when the answers cannot be understood or contradict each other.

        """
        profile = self.profile(answers)
        assessment = decide(self.rulebook, profile, self.findings(profile))
        open_levels = {form.level.id for offer in assessment.offers for form in offer.permitted}
        self.offered |= open_levels
        self.withheld |= {
            level.id for exercise in self.rulebook.exercises.values() for level in exercise.levels
        } - open_levels
        return assessment
