"""Sources: where the raw file of a corpus can be had, one kind a module."""
