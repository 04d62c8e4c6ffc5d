"""Readers of the published files: from the folder that `fetch` returns to named arrays, texts and tables."""
