"""The ledger: which code, parameters and data a file came from."""
