"""Charts: what is drawn (`spec`), how it is drawn as SVG (`drawing`), and its table (`table`). No Django model."""
