"""Map the columns of a file to fields and their cells to answers; ask the user where it is not clear."""
