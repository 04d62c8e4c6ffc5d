"""Code that pages teach and later pages use: `#@save` carries it from the notebooks into the library, and back."""

SIGN = "@save"  # a notebook without it need not be looked at, for which no syntax tree is needed
