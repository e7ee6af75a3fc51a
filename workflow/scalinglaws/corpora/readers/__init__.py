"""Readers: from a raw file of a known format to (document id, text) pairs."""
