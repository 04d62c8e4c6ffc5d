"""Execution: what a run depends on (`key`), where runs are kept (`store`), one page (`kernel`), all (`schedule`)."""
