"""Which definitions of the tracked packages a page reaches: found in syntax trees, without importing anything."""
