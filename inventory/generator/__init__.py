"""A national inventory to try everything on: invented, but as large and as untidy as the real one.

The sizes follow public figures, the rest is drawn from a seed. Nothing in it is true of a named municipality
but its name, code, region and population.
"""
