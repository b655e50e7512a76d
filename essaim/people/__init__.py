"""Floor 1: persons and their offices; sign-in by e-mail address."""
