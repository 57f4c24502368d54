"""Documents: YAML and JSON as plain data with places, and checks of their shape."""
