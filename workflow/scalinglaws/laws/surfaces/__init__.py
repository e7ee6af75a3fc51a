"""Laws of several variables: their forms, robust losses, and one solver batched over resamples."""
