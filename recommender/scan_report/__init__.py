"""Read the report of a bone-density scan: propose each number with its place and its doubts."""

from recommender.scan_report.model import Proposal, Reading
from recommender.scan_report.reading import read_report

__all__ = ["Proposal", "Reading", "read_report"]
