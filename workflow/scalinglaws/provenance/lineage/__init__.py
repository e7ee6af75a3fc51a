"""Lineage for readers: one file of the graph as a tree, a diagram, JSON, or a comparison."""
