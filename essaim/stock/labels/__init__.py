"""The lists that qualify structures or complete establishments: recognised by columns, checked, archived."""
