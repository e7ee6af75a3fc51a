"""Neural scaling laws, from text to fitted constants, in rooms that follow the flow of data."""
