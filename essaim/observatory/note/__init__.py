"""The yearly note: its content, frozen once, then written as a PDF and as a page that say the same thing."""
