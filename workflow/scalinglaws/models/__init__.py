"""Architectures, one a file, with one interface: tokens in, logits out."""
