"""Faults played on a small study, and what comes of them: docs/faults.md."""
