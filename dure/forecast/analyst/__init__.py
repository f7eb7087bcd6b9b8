"""The analyst: a process of its own that takes long work from the list, does it, keeps results.

How work lives and what happens when something dies is told in docs/foresight.md.
"""
