"""The demonstration of the observatory: invented tables in the official layouts, and published facts, cited."""
