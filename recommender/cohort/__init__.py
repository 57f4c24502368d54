"""Score many people at once: read files, answer or reject every row, and summarise."""
