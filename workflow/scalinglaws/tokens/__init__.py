"""Tokens: from cleaned text to memory-mapped shards of token ids."""
