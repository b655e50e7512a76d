"""Floor 5: the officer's desk; it shows what rooms register and imports none of them."""
