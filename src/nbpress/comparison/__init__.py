"""What changed for the reader between a commit and now: prose, code, numbers, tables and pictures, page by page."""
