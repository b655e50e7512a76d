"""What can go wrong with an index, said so that the person who runs the site can act."""

REBUILD_HINT = "Lancez « essaim directory index » pour le reconstruire."


class SearchError(Exception):
    """Base of the engine's errors; the message is in French and says what to do."""


class IndexUnavailable(SearchError):
    """The index is absent, damaged, or was built by another version: it must be rebuilt."""


class IndexBusy(SearchError):
    """Another process has been writing to the index for longer than one is ready to wait."""
