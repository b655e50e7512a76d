"""The verbs of the room: the only door for its writes."""
