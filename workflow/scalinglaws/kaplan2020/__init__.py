"""The points of Kaplan et al. (2020), from the digitised figures into the tables of metrics."""
