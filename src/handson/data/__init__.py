"""The data sets of the book: what each one is, where it comes from, and a sample to learn on."""
