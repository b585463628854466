"""Charts draw what the table says."""

from __future__ import annotations

import pandas as pd

from workbench import charts


def test_the_base_model_is_a_line_at_its_value() -> None:
    figure = charts.dev(pd.DataFrame({"step": [0, 10], "value": [0.3, 0.4], "metric": ["ndcg@10"] * 2}))
    assert figure.layout.shapes[0].y0 == figure.layout.shapes[0].y1 == 0.3
    assert list(figure.data[0].y) == [0.3, 0.4]


def test_other_systems_are_lines_too() -> None:
    figure = charts.dev(pd.DataFrame({"step": [0], "value": [0.3], "metric": ["ndcg@10"]}), {"<b>bm25": 0.35})
    assert [line.y0 for line in figure.layout.shapes] == [0.3, 0.35]
    assert "&lt;b&gt;bm25 0.350" in figure.layout.annotations[1].text


def test_runs_laid_over_each_other_keep_their_names_as_text() -> None:
    table = pd.DataFrame({"step": [0, 1], "value": [0.3, 0.4]})
    figure = charts.overlay({"<i>first": table, "second": table}, "Loss")
    assert [line.name for line in figure.data] == ["&lt;i&gt;first", "second"]
    assert figure.data[0].line.color != figure.data[1].line.color


def test_bars_stack_groups_with_the_commonest_on_top() -> None:
    table = pd.DataFrame({"rule": ["a", "b", "b"], "count": [5, 4, 3], "label": ["positive", "positive", "negative"]})
    figure = charts.bars(table, "rule", "count", group="label")
    assert [bar.name for bar in figure.data] == ["positive", "negative"]
    assert list(figure.layout.yaxis.categoryarray) == ["a", "b"]  # plotly draws the last one on top


def test_labels_are_text() -> None:
    figure = charts.bars(pd.DataFrame({"type": ["<b>x</b>"], "n": [1]}), "type", "n")
    assert list(figure.data[0].y) == ["&lt;b&gt;x&lt;/b&gt;"]


def test_loss_is_drawn_raw_and_smoothed() -> None:
    figure = charts.loss(pd.DataFrame({"step": [1, 2], "loss": [3.0, 1.0], "smooth_loss": [3.0, 2.0]}))
    assert [list(line.y) for line in figure.data] == [[3.0, 1.0], [3.0, 2.0]]
