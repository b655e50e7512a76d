"""One module a layout of source file: recognise it, read it, refuse it with its line."""
