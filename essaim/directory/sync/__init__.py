"""From the official extract to the directory: read, shape, compare. Nothing here writes; `actions.sync` does."""
