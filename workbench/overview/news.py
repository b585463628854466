"""What changed last: imports, generations, decisions and runs in one short list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from core.runs.folder import RunFolder, Status
from core.store import Import
from workbench.session import Session
from workbench.words import ago, count, plain

MOST = 7


class News(NamedTuple):
    """Something that happened: when (epoch seconds), what kind, and a sentence in Markdown."""

    at: float
    icon: str
    said: str


def draw_news(session: Session, statuses: Mapping[RunFolder, Status]) -> None:
    for one in latest(session, statuses):
        st.markdown(f"{one.icon} {one.said} :small[:gray[{ago(one.at)}]]")


def latest(session: Session, statuses: Mapping[RunFolder, Status]) -> list[News]:
    """Newest first, at most MOST."""
    store = session.store
    found = [News(one.at, ":material/drive_folder_upload:", _imported(one)) for one in store.imports(MOST)]
    if (made := store.generation()) and made.adopted_at:
        n = sum(row["count"] for row in made.summary.get("pairs", []))
        found.append(News(made.adopted_at, ":material/join_inner:", f"**Generated** {count(n, 'pair')}"))
    found += [News(at, ":material/rule:", f"**{plain(auditor)}** decided {count(n, 'pair')}") for at, auditor, n in store.deciding(MOST)]
    for run, status in list(statuses.items())[:MOST]:
        said = f"**Run** {', '.join(run.config['stages'])}: {status}"
        found.append(News(run.config["created_at"], ":material/local_fire_department:", said))
    return sorted(found, reverse=True)[:MOST]


def _imported(one: Import) -> str:
    return f"**Imported** {count(one.n_chunks, 'chunk')} of {plain(one.source.rpartition('/')[2])}"
