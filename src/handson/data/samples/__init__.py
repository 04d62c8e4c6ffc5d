"""Seeded generators that stand in for published data sets, a module each; none needs a network."""
