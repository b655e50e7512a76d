"""What reaches the officer from the directory: one file a kind of item."""
