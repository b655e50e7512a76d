"""Official code lists as versioned data, with the plain French that residents read. Pure Python, no Django."""
