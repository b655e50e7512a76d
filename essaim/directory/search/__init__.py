"""The search of structures: what is indexed, what can be asked, in which order it is shown."""
