"""Pictures in pure Python: SVG, PNG, GraphML."""
