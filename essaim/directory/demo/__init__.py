"""The demonstration: invented structures in the layout of the official files, from a seed."""
