"""The audit: every file, record and recorded hash held against each other."""
