"""Checks of fitted laws that no fit makes of itself: held-out predictions and profiles."""
