"""Training and evaluation of one run, from its spec and token shards alone."""
