"""The index of published pages: what a visitor's search finds of what the officer has written."""
