"""Inference for one person: which rules fire and which could, by any engine that matches literals.

The reference meaning evaluates every comparison. An engine only matches the literals that hold: in the first
pass those known to be true (*fires*), in the second those not known to be false (*could fire*).
"""

from recommender.person.engines.inference import Engine, Findings, infer
from recommender.person.engines.reference import ReferenceEngine

__all__ = ["Engine", "Findings", "ReferenceEngine", "best_engine", "infer"]


def best_engine() -> type[Engine]:
    """Return the durable_rules engine where it can be imported, else the reference (same answers)."""
    try:
        from recommender.person.engines.durable import DurableEngine
    except ImportError:
        return ReferenceEngine
    return DurableEngine
