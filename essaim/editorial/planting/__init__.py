"""The first content of a site: texts that hold for any territory, and those of the territories that we know.

`content/common/` holds what any territory starts with; `content/<siren>/` adds the pages of one EPCI, says another text
at the same address, or completes some blocks of the common page (`[[changes]]`). One TOML file a page; `rows-*.toml`
hold snippets. Planted once: what an editor has changed, moved or deleted is never planted again over it.
"""
