"""Codex Forge's library: everything the workbench does, importable without the workbench."""
