"""Where finished runs are kept: a folder, and any address behind it."""
