"""The figures, one module each: what is drawn from metrics and laws."""
