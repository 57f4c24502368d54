"""What the columns of a file are and what their cells mean: understood, stated by the user, or asked."""
