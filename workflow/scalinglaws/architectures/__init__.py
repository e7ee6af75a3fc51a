"""Architectures, one file each: see `scalinglaws.architecture` for what a file declares."""
