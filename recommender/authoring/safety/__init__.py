"""The safety case as data: hazards and their controls, the harm of movements, and the intended use."""
