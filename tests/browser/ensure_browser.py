"""A Chromium for the browser suite: the system's, else Playwright's own, else installed with apt where we are root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
DOWNLOAD_LIMIT_S = 240  # behind a firewall the download hangs rather than fails


def system_browser() -> str | None:
    """The path of a Chromium on this machine; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def playwright_browser() -> str | None:
    """The path of the Chromium that Playwright has downloaded; None where it has not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def find_browser() -> str | None:
    """The browser the suite drives."""
    return system_browser() or playwright_browser()


def ensure_browser() -> str:
    """The browser, fetched where it is missing. Exits with one sentence where it cannot be had."""
    found = find_browser() or _download() or _install()
    if not found:
        sys.exit("The browser suite needs Chromium: install it (Debian, Ubuntu: apt-get install chromium) and run `make test` again.")
    return found


def _download() -> str | None:
    print(f"No Chromium here: asking Playwright for one (at most {DOWNLOAD_LIMIT_S} s) ...", flush=True)
    _bounded([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_LIMIT_S)
    return playwright_browser()


def _install() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Playwright's download did not work: installing Debian's Chromium ...", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    _bounded(["apt-get", "update", "-qq"], 300)
    _bounded(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], 1200)
    return system_browser()


def _bounded(command: list[str], limit_s: int) -> None:
    """Run and move on: whether it worked is seen from whether a browser is there."""
    try:
        subprocess.run(command, timeout=limit_s, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} took longer than {limit_s} s.", flush=True)


if __name__ == "__main__":
    print(f"Browser: {ensure_browser()}")
