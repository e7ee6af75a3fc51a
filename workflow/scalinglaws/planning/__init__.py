"""Planning of the next run: what fitted laws say of a budget, a loss, a model or a text."""
