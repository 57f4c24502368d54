"""A report of a bone-density scan read: each number is proposed with its place and its doubts, none is used."""

from recommender.scan_report.model import Proposal, Reading
from recommender.scan_report.reading import read_report

__all__ = ["Proposal", "Reading", "read_report"]
