"""Layers and networks, each module one kind; they import PyTorch and the modules of this package before them."""
