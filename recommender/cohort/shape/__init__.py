"""The shape of a table: where its names stand, rows that are no people, several rows of one person."""
