"""What follows from the fitted laws without new data: Appendix B, Eqs 4.4 and 6.4 to 6.8."""
