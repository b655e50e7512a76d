"""Pages of the directory: rule → query → answer."""
