"""Beside the picture: what changed most, always by the full space, and how far the picture is to be trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from workbench import charts
from workbench.map.charting import overlap_histogram
from workbench.map.rows import GREEN, RED, Row, draw_table, first_page, pick
from workbench.map.scene import Scene
from workbench.map.taking import draw_selection
from workbench.session import Session, questions
from workbench.words import METRICS, count

Draw = Callable[[Session, Scene], None]


def draw_panel(session: Session, scene: Scene) -> None:
    """One of the panels: the one that the URL names, else the first that has anything to say."""
    panels = _panels(scene)
    linked = st.query_params.get("panel", "")
    st.session_state["panel"] = linked if linked in panels else next(iter(panels))
    picked = st.selectbox(
        "List", list(panels), format_func=lambda name: panels[name][0], key="panel", on_change=_put_in_url, label_visibility="collapsed"
    )
    panels[picked][1](session, scene)


def _put_in_url() -> None:
    st.query_params["panel"] = st.session_state["panel"]
    st.session_state.pop("map_shown", None)
    first_page()


def _panels(scene: Scene) -> dict[str, tuple[str, Draw]]:
    offered: dict[str, tuple[str, Draw, bool]] = {
        "questions": ("Questions", _draw_questions, bool(len(scene.changes))),
        "chunks": ("Changed chunks", _draw_chunks, scene.map.has_after),
        "entities": ("Names of entities", _draw_entities, bool(len(scene.map.entities))),
        "selection": ("Selection", draw_selection, True),
        "trust": ("How far to trust the map", _draw_trust, True),
    }
    return {name: (title, draw) for name, (title, draw, there) in offered.items() if there}


def _draw_questions(session: Session, scene: Scene) -> None:
    asked = questions(session)
    changes = scene.changes[scene.changes["question_id"].isin(asked)]
    worse, better = changes[changes["difference"] < 0], changes[changes["difference"] > 0]
    names = {"worse": f"Got worse ({len(worse):,})", "better": f"Got better ({len(better):,})"}
    shown = pick(names, "worse" if len(worse) else "better")
    metric = METRICS.get(scene.changes["metric"].iloc[0], "the score")
    st.caption(f"Dev and test questions by {metric}, vectors alone. Click one to see it in both spaces.")
    table = worse.sort_values("difference") if shown == "worse" else better.sort_values("difference", ascending=False)
    tone = RED if shown == "worse" else GREEN
    draw_table(table, lambda row: Row("question", row.question_id, asked[row.question_id].text, _change(row.before, row.after), tone))


def _change(before: float, after: float) -> str:
    return f"{before:.2f} → {after:.2f}"


def _draw_chunks(_session: Session, scene: Scene) -> None:
    k = scene.map.summary["listed"]
    points = scene.map.points.assign(gained=scene.map.points["purity_after"] - scene.map.points["purity_before"])
    names = {"overlap": "New neighbours", "moved": "Moved furthest"}
    if points["gained"].notna().any():
        names["purity"] = "Lost company"
    shown = pick(names, "overlap")
    table, said = {
        "overlap": (points.sort_values("overlap", kind="stable"), f"The fewest of their {k} nearest neighbours kept."),
        "moved": (points.sort_values("moved", ascending=False), "By the picture, in shares of the map's width: a hint, not a finding."),
        "purity": (
            points[points["gained"] < 0].sort_values("gained"),
            "Fewer of their nearest chunks share an entity with them: a place to look for harm. Entities that a tenth of all chunks "
            "mention do not count.",
        ),
    }[shown]
    st.caption(said)
    draw_table(table, lambda row: _of_chunk(scene, row, shown, k))


def _of_chunk(scene: Scene, row: Any, shown: str, k: int) -> Row:
    fact = {
        "overlap": f"{round(row.overlap * k)} of {k} kept",
        "moved": f"{row.moved:.0%}",
        "purity": f"{row.purity_before:.0%} → {row.purity_after:.0%}",
    }[shown]
    return Row("chunk", row.chunk_id, scene.name(row.Index), fact, RED if shown == "purity" else None, scene.note(row.Index))


def _draw_entities(_session: Session, scene: Scene) -> None:
    table = scene.map.entities
    table = table.assign(found=table["found_after"] - table["found_before"], spread=table["spread_after"] - table["spread_before"])
    if not scene.map.has_after:
        st.caption(_spread_sentence(scene))
        draw_table(table.sort_values("spread_before", ascending=False), lambda row: _of_entity(row, f"{row.spread_before:.2f}", None))
        return
    shown = pick({"found": "Found better", "lost": "Found worse", "together": "Nearer", "apart": "Further"}, "found")
    column, rising = ("found" if shown in {"found", "lost"} else "spread"), shown in {"found", "apart"}
    changed = table[table[column] > 0] if rising else table[table[column] < 0]
    changed = changed.sort_values(column, ascending=not rising, kind="stable")
    tone = GREEN if shown in {"found", "together"} else RED
    if column == "found":
        st.caption("Of the chunks nearest to an entity's names, the share that mentions it. Click one: its names and chunks stand out.")
        draw_table(changed, lambda row: _of_entity(row, f"{row.found_before:.0%} → {row.found_after:.0%}", tone))
    else:
        st.caption(_spread_sentence(scene))
        draw_table(changed, lambda row: _of_entity(row, _change(row.spread_before, row.spread_after), tone))


def _spread_sentence(scene: Scene) -> str:
    distance = " and ".join(f"{value:.2f} {side}" for side, value in scene.map.summary["names"]["distance"].items())
    return f"Spread: the mean cosine distance of two names of one entity, read alone. Two names of anything are {distance} apart."


def _of_entity(row: Any, fact: str, tone: int | None) -> Row:
    return Row("entity", f"{row.entity}|{row.type}", f"{row.entity} ({count(row.n_names, 'name')})", fact, tone)


def _draw_trust(_session: Session, scene: Scene) -> None:
    summary = scene.map.summary
    k, n = summary["trust_k"], summary["trust_n"]
    over = f"the {k} nearest of {count(n, 'chunk')}" + (f" drawn from {summary['n_chunks']:,}" if n < summary["n_chunks"] else "")
    rows = [
        ("Trustworthiness", "trustworthiness", f"Whether neighbours on the map are neighbours: 1 is all, 0.5 is chance. Over {over}."),
        ("Continuity", "continuity", "Whether neighbours are neighbours on the map too; over the same."),
        ("Effective rank", "effective_rank", "How many directions the vectors really use."),
        ("Mean cosine", "mean_cosine", "Of two chunks. Near 1, everything looks alike to the model."),
    ]
    for title, name, says in rows:
        values = " → ".join(f"{summary[name][side]:.3f}" for side in summary["models"])
        st.markdown(f"**{title}** {values}  \n:small[{says}]")
    if scene.map.has_after:
        figure = overlap_histogram(scene.map.points["overlap"], summary["listed"])
        st.plotly_chart(figure, config=charts.CONFIG, key="overlaps", alt="How many chunks kept how many of their neighbours")
    options = summary["options"]
    st.caption(
        f"Laid out over {options['neighbours']} neighbours, minimum distance {options['min_dist']:g}, seed {options['seed']}: the same "
        "gives the same picture."
    )
