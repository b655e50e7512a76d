"""Floor 0: what every room stands on (journal, registries, search engine, territory, mails, exports)."""
