"""Long work in its own process: the run folder, its events, its status, the worker."""
