"""HTTP app, pages, API, command line, worker: the only composition root."""
