"""Corpora: from a declared origin to cleaned, split and described text."""
