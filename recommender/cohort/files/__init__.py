"""Files as people have them, read as tables of rows: nothing lost, and nothing taken for what it is not."""
