"""What this room tells the rooms above, which it may not import."""

from django.dispatch import Signal

communes_changed = Signal()
"""Name, EPCI or density of communes changed; sent inside the transaction that changes them."""
