"""What can go wrong in a way the user can mend: each error is one sentence that says what, where, and the way out."""

from __future__ import annotations


class ForgeError(Exception):
    """The work failed. Its text is shown to the user as it stands (exit code 1)."""


class InputError(ForgeError):
    """The call or what it was given is wrong; nothing was changed (exit code 2)."""


class WorkspaceHeld(InputError):
    """Another process has this workspace open."""


class ModelUnavailable(InputError):
    """The model is neither embedded, nor a folder here, nor to be had from a hub."""
