"""Laws read off curves: minima of loss curves, loss by position, early stopping, closed forms."""
