"""The first process: doors, pages and API. Imports neither Numba nor DuckDB nor Delta nor Arrow, so it stays small."""
