"""Forms of the public face."""
