"""What a page works on: the workspace, its open store, the settings, and what is costly to derive from them."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.adopting import adopt_contradictions, adopt_newest, unadopted, unheard
from core.corpus.aliases import AliasIndex
from core.corpus.topics import TopicMatcher
from core.errors import ForgeError
from core.records import Question
from core.retrieval.systems import Dense
from core.runs.folder import RunFolder, list_runs
from core.search import Ground, load_side, read_ground
from core.settings import Settings, get_finetuning_config
from core.shelf import Shelf
from core.spaces import Space, load_space
from core.store import Counts, Store
from core.workspace import Workspace
from workbench.words import plain

WORKSPACE_PARAMETER = "workspace"
MOST_OPEN = 8  # workspaces at a time; the one that nobody has looked at for longest is closed
WORKSPACE_VARIABLE = "FORGE_WORKSPACE"
PREPARING_VARIABLE = "FORGE_PREPARING"
PREPARING_S = 120
HashFuncs = dict[str | type[Any], Callable[[Any], Any]]
ACTIVE = ("starting", "running")
_settled: set[str] = set()


@dataclass(frozen=True, slots=True)
class Session:
    """A workspace that this app has open, for everybody who looks at it."""

    workspace: Workspace
    store: Store

    @property
    def settings(self) -> Settings:
        """Read anew each time, so that an edit of .env counts from the next click on."""
        return get_finetuning_config()

    @property
    def state(self) -> tuple[str, int]:
        """What everything derived from the store is keyed by."""
        return str(self.workspace.root), self.store.revision()

    @property
    def corpus_state(self) -> tuple[str, int]:
        """What everything derived from the corpus alone is keyed by: a decision on a pair leaves it as it is."""
        return str(self.workspace.root), self.store.corpus_revision()

    @property
    def runs(self) -> list[RunFolder]:
        """Newest first."""
        return list_runs(self.workspace.runs)

    @property
    def finished(self) -> list[str]:
        """Ids of the runs that have finished."""
        return [run.run_id for run in self.runs if run.status() == "finished"]


def shelf() -> Shelf:
    """All workspaces there are: FORGE_WORKSPACE, else the default one, and those beside it in PROJECT_ROOT/workspaces."""
    folder = get_finetuning_config().PROJECT_ROOT / "workspaces"
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Shelf(folder.resolve(), (Path(named) if named else folder / "default").expanduser().resolve())


def settle(page: str) -> None:
    """Once a page has been drawn: what it loaded stays, so Python's garbage collector need not go through it again and again. That took a
    tenth of a second out of every twentieth key at the audit desk."""
    if page not in _settled:
        _settled.add(page)
        gc.collect(1)  # the young ones alone: going through all of a page's modules takes as long as drawing it
        gc.freeze()


def keep_workspace() -> str:
    """The name of the workspace that this tab looks at; "" for the one that the app was started on. It stands in the URL, and is put back
    there where a link left it out, so that two tabs on two workspaces never mix."""
    if asked := st.query_params.get(WORKSPACE_PARAMETER, ""):
        st.session_state[WORKSPACE_PARAMETER] = asked
    elif held := st.session_state.get(WORKSPACE_PARAMETER, ""):
        st.query_params[WORKSPACE_PARAMETER] = held
    return str(st.session_state.get(WORKSPACE_PARAMETER, ""))


def switch_workspace(name: str) -> None:
    """Look at another workspace from the next run of the script on."""
    chosen = "" if name == shelf().started.name else name
    st.session_state[WORKSPACE_PARAMETER] = chosen
    if chosen:
        st.query_params[WORKSPACE_PARAMETER] = chosen
    else:
        st.query_params.pop(WORKSPACE_PARAMETER, None)


def current() -> Session:
    """The session of the workspace that the URL names, else of the one the app was started on. Raises WorkspaceHeld, and InputError
    for a workspace that is not there."""
    everything, name = shelf(), st.session_state.get(WORKSPACE_PARAMETER, "")
    session = open_workspace(everything.place(name) if name else everything.started)
    _take_in(session)
    return session


def open_workspace(root: Path) -> Session:
    """A workspace, opened once for all who look at it."""
    return _open(str(root))


_ADOPTING = threading.Lock()


def _take_in(session: Session) -> None:
    """Pairs that a run has made, and what its model says of them, since somebody last looked: whichever page is opened first takes them
    into the store."""
    store, workspace = session.store, session.workspace
    if unadopted(store, workspace) is not None:
        with _ADOPTING, st.spinner("Taking in the pairs that a run has made …"), told():
            adopt_newest(store, workspace)
    if unheard(store, workspace) is not None:
        with _ADOPTING, st.spinner("Lining the pairs up by what the tuned model says of them …"), told():
            adopt_contradictions(store, workspace)


@contextmanager
def told() -> Iterator[None]:
    """Whatever goes wrong in a way the user can mend is shown as its sentence."""
    try:
        yield
    except ForgeError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _close(session: Session) -> None:
    session.store.close()


@st.cache_resource(max_entries=MOST_OPEN, show_spinner="Opening the workspace …", on_release=_close)
def _open(root: str) -> Session:
    _await_preparation()
    workspace = Workspace.create(Path(root))
    return Session(workspace, Store.open(workspace))


def _await_preparation() -> None:
    """A command that starts the app before it has read the sample in names a file: it says so there once it is ready, or is gone."""
    if not (file := os.environ.get(PREPARING_VARIABLE)):
        return
    deadline = time.monotonic() + PREPARING_S
    while Path(file).exists() and not Path(file).stat().st_size and time.monotonic() < deadline:
        time.sleep(0.05)


# What is derived from the store is kept until the store's revision moves on.
BY_STATE: HashFuncs = {Session: lambda session: session.state}
BY_CORPUS: HashFuncs = {Session: lambda session: session.corpus_state}
# Vectors come from runs, and which model they belong to from the settings.
BY_VECTORS: HashFuncs = {
    Session: lambda session: (session.corpus_state, session.finished, repr(session.settings)),
    RunFolder: lambda run: str(run.path),
}
# A model is one of the settings' or a run's.
BY_MODEL: HashFuncs = {Session: lambda session: (session.corpus_state, repr(session.settings))}


@st.cache_data(max_entries=4, hash_funcs=BY_STATE, show_spinner=False)
def counts(session: Session) -> Counts:
    """What the workspace holds, counted once for each of its states."""
    return session.store.counts()


def alias_index(session: Session) -> AliasIndex:
    """Every name and alias of the entities, to find in text."""
    return topic_matcher(session).index


@st.cache_resource(max_entries=2, hash_funcs=BY_CORPUS, show_spinner="Reading the names of all entities …")
def topic_matcher(session: Session) -> TopicMatcher:
    """Which chunk covers which topic."""
    return TopicMatcher(session.store.entities())


@st.cache_resource(max_entries=2, hash_funcs=BY_CORPUS, show_spinner=False)
def questions(session: Session) -> dict[str, Question]:
    """All questions by id."""
    return {question.question_id: question for question in session.store.questions()}


@st.cache_resource(max_entries=2, hash_funcs=BY_CORPUS, show_spinner="Reading the corpus …")
def ground(session: Session) -> Ground:
    """What is searched and what all systems share, read and tokenised once a corpus."""
    return read_ground(session.store)


@st.cache_resource(
    max_entries=4, hash_funcs=BY_MODEL, show_spinner="Loading a model and the corpus' vectors: the first time takes a moment …"
)
def side(session: Session, model: str) -> Dense:
    """The dense side of a model's systems ("base" or a run's id). It has encoded once, so that later times are true. Raises NotEmbedded,
    which is not kept."""
    loaded = load_side(session.workspace, session.settings, ground(session), model)
    loaded.encode_queries(["warm-up"])
    return loaded


@st.cache_resource(
    max_entries=3, hash_funcs=BY_VECTORS, show_spinner="Loading the model and the corpus' vectors: the first time takes a moment …"
)
def space(session: Session, run: RunFolder | None) -> Space:
    """The chunks as vectors of a run's tuned model, or of the base model."""
    return load_space(session.workspace, session.store, session.settings, run)
