"""Simulated studies whose truth is known: how often do the package's intervals hold it?"""
