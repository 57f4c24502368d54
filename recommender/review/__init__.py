"""The clinician's review desk: worklist, assessments with reasons, decisions, and agreement statistics."""
