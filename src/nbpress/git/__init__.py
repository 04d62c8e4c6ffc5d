"""What git must know of notebooks: what of them is committed, how they are compared, how they are merged."""
