""".env.example names every setting with its default."""

from __future__ import annotations

from pathlib import Path

from core.settings import Settings

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"


def test_every_setting_is_named() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    named = [line.lstrip("# ").split("=")[0] for line in lines if "=" in line]
    assert sorted(named) == sorted(Settings.model_fields)


def test_the_defaults_are_the_defaults() -> None:
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)  # type: ignore[call-arg]
