"""What a run was computed with: the versions of the libraries and of this code."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version

from core.settings import PROJECT

PACKAGES = ("torch", "sentence-transformers", "transformers", "openvino", "numpy", "duckdb")


def versions() -> dict[str, str]:
    """By name; what is not installed is left out."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    if code := _code():
        found["codex-forge"] = code
    return found


def _code() -> str:
    """The commit that this code is of, "-dirty" where it was changed since; "" outside a clone."""
    if not (PROJECT / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"],  # noqa: S607 - whichever git the user has
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
