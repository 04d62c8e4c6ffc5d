"""Sphinx's settings for this book: nbpress's defaults, then what this book wants otherwise."""

extensions = ["nbpress.sphinxext"]

html_logo = "../html/logo.svg"
html_favicon = "../html/favicon.svg"
