"""The directory's map: its points as one small answer, its base, and what a page shows of it."""
