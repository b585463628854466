"""Starting a run on the page: what it would learn from, and its settings."""

from __future__ import annotations

import streamlit as st

from core.pipeline import start_run
from core.settings import get_finetuning_config
from workbench import charts
from workbench.session import Session, told
from workbench.words import count


def draw_new_run(session: Session) -> None:
    """The pairs, the settings with their defaults, and Start."""
    pairs, form = st.columns([5, 7], gap="large")
    with pairs:
        _draw_pairs(session)
    with form, st.form("new_run", border=False):
        settings = session.settings
        left, right = st.columns(2)
        model = left.text_input("Base model", settings.BASE_MODEL, help="A hub name, or the folder of a model on this machine.")
        epochs = right.number_input("Epochs", 1, 100, settings.NUM_EPOCHS, help="How often the run goes through all pairs.")
        rate = left.number_input("Learning rate", 1e-7, 1.0, settings.LEARNING_RATE, step=1e-5, format="%.1e")
        batch = right.number_input(
            "Batch size",
            2,
            4096,
            None,
            placeholder=f"{settings.BATCH_SIZE_CPU} on a CPU, {settings.BATCH_SIZE_GPU} on a GPU",
            help="Pairs a step. Within a batch every other pair's chunk is a negative too.",
        )
        negatives = left.number_input("Hard negatives for each positive", 0, 20, settings.NUM_HARD_NEGATIVES)
        seed = right.number_input(
            "Seed", 0, None, settings.SEED, help="Everything random starts from it: the same seed gives the same run."
        )
        started = st.form_submit_button("Start training", type="primary", icon=":material/local_fire_department:")
    if started:
        with told():
            batches = {"BATCH_SIZE_CPU": batch, "BATCH_SIZE_GPU": batch} if batch else {}
            changed = get_finetuning_config(
                BASE_MODEL=model, NUM_EPOCHS=epochs, LEARNING_RATE=rate, NUM_HARD_NEGATIVES=negatives, SEED=seed, **batches
            )
            run = start_run(session.store, session.workspace, changed, ("embed", "train", "evaluate"))
            st.session_state["run"] = run.run_id
            st.toast("The run has started: it goes on when you close this page.", icon=":material/local_fire_department:")


def _draw_pairs(session: Session) -> None:
    counts = session.store.counts()
    n_dev, n_test = counts.questions.get("dev", 0), counts.questions.get("test", 0)
    st.markdown(
        f"Learns from {count(counts.pairs.get('positive', 0), 'positive pair')} and "
        f"{count(counts.pairs.get('negative', 0), 'hard negative')}, watches {count(n_dev, 'dev question')} "
        f"and is measured at the end on {count(n_test, 'test question')}."
    )
    if not n_dev:
        st.warning("Without dev questions no gain can be seen, and the base model is kept.", icon=":material/help:")
    if session.store.pairs_outdated():
        st.warning("The corpus has changed since the pairs were made: make them anew on the overview.", icon=":material/update:")
    figure = charts.bars(session.store.pair_summary(), "rule", "count", group="label")
    st.plotly_chart(figure, config=charts.CONFIG, key="train_pairs", alt="Number of positive and negative pairs by rule")
