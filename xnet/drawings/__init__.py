"""Pictures in pure Python: no browser and no system library.

`layout` places and identifies the neurons of a network; `svg` draws shapes and networks; `charts` draws losses, fronts,
predictions and residuals; `curves` draws activations; `frames` draws a moment of a search; `png` converts SVG;
`graphml` writes a network for graph programs.
"""
