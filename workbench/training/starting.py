"""Starting a run on the page: what it would learn from, and its settings."""

from __future__ import annotations

import streamlit as st

from core.pipeline import start_run
from core.settings import Settings, get_finetuning_config
from core.store import TrainingCounts
from workbench import charts
from workbench.session import BY_STATE, Session, told
from workbench.training.planning import draw_mode, draw_plan
from workbench.words import count, plain


def draw_new_run(session: Session) -> None:
    """The pairs, the settings with their defaults, and Start."""
    pairs, form = st.columns([5, 7], gap="large")
    with pairs:
        _draw_pairs(session)
    with form, st.form("new_run", border=False):
        changed = _draw_settings(session.settings)
        with st.container(horizontal=True):
            started = st.form_submit_button("Start training", type="primary", icon=":material/local_fire_department:")
            searched = st.form_submit_button(
                "Search for settings first",
                icon=":material/travel_explore:",
                help=f"Tries {session.settings.SEARCH_TRIALS} settings on a part of the pairs, goes on with the better half on more, "
                "and trains with the best. Dev questions alone decide. Takes several times as long.",
            )
            asked = st.form_submit_button("How long will it take?", icon=":material/timer:")
    if asked:
        draw_plan(session, lambda: get_finetuning_config(**changed))
    if started or searched:
        with told():
            stages = ("embed", *(("search",) if searched else ()), "train", "evaluate", "map")
            start_run(session.store, session.workspace, get_finetuning_config(**changed), stages)
            st.session_state["run"] = "latest"
            st.toast("The run has started: it goes on when you close this page.", icon=":material/local_fire_department:")


def _draw_settings(settings: Settings) -> dict[str, object]:
    """What a run may do differently, by the names of the settings."""
    mode, minutes = draw_mode(settings)
    left, right = st.columns(2)
    changed: dict[str, object] = {
        "TRAINING_MODE": mode,
        "TIME_BUDGET": minutes,
        "BASE_MODEL": left.text_input("Base model", settings.BASE_MODEL, help="A hub name, or the folder of a model on this machine."),
        "NUM_EPOCHS": right.number_input(
            "Epochs", 1, 100, settings.NUM_EPOCHS, placeholder="by the number of pairs", help="How often the run goes through all pairs."
        ),
        "LEARNING_RATE": left.number_input("Learning rate", 1e-7, 1.0, settings.LEARNING_RATE, step=1e-5, format="%.1e"),
    }
    batch = right.number_input(
        "Batch size",
        2,
        4096,
        None,
        placeholder=f"{settings.BATCH_SIZE_CPU} on a CPU, {settings.BATCH_SIZE_GPU} on a GPU",
        help="Pairs a step. Within a batch every other pair's chunk is a negative too.",
    )
    return {
        **changed,
        "NUM_HARD_NEGATIVES": left.number_input(
            "Hard negatives for each positive",
            0,
            20,
            settings.NUM_HARD_NEGATIVES,
            help="Mined ones; each takes the time of a positive. Those that a person gave or accepted always count.",
        ),
        "SEED": right.number_input(
            "Seed", 0, None, settings.SEED, help="Everything random starts from it: the same seed gives the same run."
        ),
        "ACCEPTED_ONLY": st.toggle(
            "Accepted pairs only",
            settings.ACCEPTED_ONLY,
            key="accepted_only",
            help="On: only what a person has accepted. Off: undecided and skipped pairs too. Rejected and flagged ones never count.",
        ),
        **({"BATCH_SIZE_CPU": batch, "BATCH_SIZE_GPU": batch} if batch else {}),
    }


def _draw_pairs(session: Session) -> None:
    counts, pairs = session.store.counts(), training_counts(session)
    n_dev, n_test = counts.questions.get("dev", 0), counts.questions.get("test", 0)
    st.markdown(
        f"Can learn from {count(pairs.positive, 'positive pair')}, beside which there are "
        f"{count(pairs.negative, 'hard negative')}, watches {count(n_dev, 'dev question')} and is measured at the end on "
        f"{count(n_test, 'test question')}."
    )
    _draw_decisions(session, pairs)
    if n := len(session.store.removed()):
        st.caption(f"The guard keeps {count(n, 'query', 'queries')} out of training that would give a held-out question away.")
    if not n_dev:
        st.warning("Without dev questions no gain can be seen, and the base model is kept.", icon=":material/help:")
    if session.store.pairs_outdated():
        st.warning("The corpus has changed since the pairs were made: make them anew on the Pairs page.", icon=":material/update:")
    figure = charts.bars(session.store.pair_summary(), "rule", "count", group="label")
    st.plotly_chart(figure, config=charts.CONFIG, key="train_pairs", alt="Number of positive and negative pairs by rule")


@st.cache_data(max_entries=2, hash_funcs=BY_STATE, show_spinner=False)
def training_counts(session: Session) -> TrainingCounts:
    """How many pairs a run can learn from."""
    return session.store.training_counts()


def _draw_decisions(session: Session, pairs: TrainingCounts) -> None:
    """What people's decisions have done to these pairs."""
    said = session.store.decision_counts()
    if not said:
        st.caption("Nobody has judged a pair yet: the audit is on the Pairs page.")
        return
    kept_out = said.get("reject", 0) + said.get("flag", 0)
    st.markdown(
        f"In the data are **{count(sum(said.values()), 'decision')}**: {count(pairs.by_hand, 'pair')} by a person's word, "
        f"{count(kept_out, 'rejected or flagged pair')} left out."
    )
    if off := session.store.rules_off():
        st.caption(f"Switched off: {plain(', '.join(sorted(off)))}.")
