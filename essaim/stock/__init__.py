"""Official files → Parquet extracts of the économie sociale et solidaire. DuckDB, no Django (floor 1)."""
