"""Traces as pictures, each a ``display.Figure`` whose alternative text is computed."""
