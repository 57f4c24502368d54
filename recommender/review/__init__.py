"""The clinician's desk: people to look at, what the rules said of each and why, decisions, and how well both agree."""
