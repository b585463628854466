"""Generating pairs on the page: the settings, a preview, the run as it goes."""

from __future__ import annotations

import streamlit as st

from core.pipeline import start_pairs
from core.runs.folder import RunFolder
from core.settings import get_finetuning_config
from workbench.following import draw_progress
from workbench.pairs.previewing import N_QUESTIONS, Changed, draw_preview
from workbench.session import ACTIVE, Session, told
from workbench.words import ago, count, plain

PREVIEWED = "previewed"  # the settings that are previewed
BESIDE = "none beside questions, else one"


def draw_generate(session: Session) -> None:
    """The form on the left; on the right the run that makes pairs, a preview, or what stands."""
    attempt = next((run for run in session.runs if "pairs" in run.config["stages"]), None)
    making = attempt is not None and not attempt.has_pairs and attempt.status() in ACTIVE
    form, beside = st.columns([4, 7], gap="large")
    with form:
        _draw_form(session, making)
    with beside:
        if attempt and not attempt.has_pairs:
            _draw_attempt(attempt, making)
        if changed := st.session_state.get(PREVIEWED):
            draw_preview(session, changed)
        elif not making:
            _draw_what_stands(session)


def _draw_form(session: Session, making: bool) -> None:
    settings = session.settings
    with st.form("pairs", border=False):
        left, right = st.columns(2)
        most = left.number_input("At most so many positives", 1, None, None, step=500, placeholder="all there are")
        changed: Changed = {
            "POSITIVES_PER_QUERY": right.number_input("Positives a query", 1, 50, settings.POSITIVES_PER_QUERY),
            "NUM_HARD_NEGATIVES": st.number_input(
                "Hard negatives for each positive", 0, 20, settings.NUM_HARD_NEGATIVES,
                help="Trained on beside those of the batch. Four are made in any case, fewer where others may be answers after all.",
            ),
            "SYNTHETIC_EXPANSION_FACTOR": st.number_input(
                "Synthetic queries for each question", 0.0, 20.0, settings.SYNTHETIC_EXPANSION_FACTOR, step=0.5, placeholder=BESIDE,
                help="Queries made from entities and telling words. Without questions: for every four chunks.",
            ),
            "CORPUS_SENTENCES": st.number_input(
                "Sentences for each question", 0.0, 20.0, settings.CORPUS_SENTENCES, step=0.5, placeholder=BESIDE,
                help="Of the corpus, each a query for its own chunk; not previewed. Without questions: for every four chunks.",
            ),
            "MIN_TOPIC_COVERAGE": st.slider(
                "Topics a positive must cover", 0.05, 1.0, settings.MIN_TOPIC_COVERAGE, step=0.05,
                help="The share of a question's expected topics that a chunk has to speak of.",
            ),
            "SEED": st.number_input("Seed", 0, None, settings.SEED, help="The same seed gives the same pairs, byte for byte."),
        }  # fmt: skip
        with st.container(horizontal=True):
            started = st.form_submit_button("Generate pairs", type="primary", icon=":material/join_inner:", disabled=making)
            previewed = st.form_submit_button("Preview", icon=":material/visibility:", help=f"The pairs of {N_QUESTIONS} questions.")
    if previewed:
        st.session_state[PREVIEWED] = changed
    if started:
        _start(session, changed, int(most) if most else None)


def _start(session: Session, changed: Changed, most: int | None) -> None:
    st.session_state.pop(PREVIEWED, None)
    with told():
        start_pairs(session.store, session.workspace, get_finetuning_config(**changed), most)
        st.rerun()


def _draw_attempt(run: RunFolder, live: bool) -> None:
    st.subheader("Pairs in the making" if live else "Pairs were not finished", anchor=False)
    st.fragment(draw_progress, run_every=1 if live else None)(run, live, False)


def _draw_what_stands(session: Session) -> None:
    store, counts = session.store, session.store.counts()
    n_train = counts.questions.get("train", 0)
    st.subheader("What it works on", anchor=False)
    st.markdown(
        f"{count(counts.n_chunks, 'chunk')}, {count(counts.n_entities, 'entity', 'entities')} and {count(n_train, 'train question')}. "
        "Questions held out for dev and test make no pair; the guard takes away whatever comes too close to one of them."
    )
    if made := store.generation():
        st.markdown(f"The pairs that stand were made {ago(made.adopted_at)} by run {made.run_id}. Decisions outlive a new generation.")
    if off := sorted(store.rules_off()):
        st.markdown(f"Off, so that nothing is made by {'it' if len(off) == 1 else 'them'}: {plain(', '.join(off))}.")
    if store.pairs_outdated():
        st.warning("The corpus has changed since the pairs were made: generate them again.", icon=":material/update:")
    st.caption("A preview takes seconds and keeps nothing. The run goes on when you close this page.")
