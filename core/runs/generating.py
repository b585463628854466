"""The pairs stage: training pairs from the frozen corpus, and everything a person may ask about how they came to be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from core.encoders.protocol import Encode, Encoder, Kind
from core.errors import ModelUnavailable
from core.pairing.generate import Generated, generate_pairs
from core.records import BY_HAND, Pair, Vectors, Verdict
from core.runs.folder import AUDITED, GENERATION
from core.runs.frozen import read_audited, to_lines
from core.runs.stages import Context
from core.runs.writing import written_questions

STAGE = "pairs"


def generate(context: Context) -> None:
    """With the base model's vectors where they can be had; without them it goes on and says so."""
    written, unwritten = written_questions(context, STAGE)
    encoder, notes = _encoder(context)
    try:
        made = _generated(context, _encode(context, encoder) if encoder else None, written)
    except ModelUnavailable as error:  # a server that went away half-way
        encoder, notes = None, (_without_vectors(error),)
        made = _generated(context, None, written)
    _write(context, made, encoder, (*unwritten, *notes))


def _encoder(context: Context) -> tuple[Encoder | None, tuple[str, ...]]:
    """The base model with the corpus embedded under it, or the sentence that says why there is none."""
    try:
        context.embed(context.base, context.documents, "document", STAGE)
    except ModelUnavailable as error:
        return None, (_without_vectors(error),)
    return context.base, ()


def _without_vectors(error: ModelUnavailable) -> str:
    return f"Made without vectors, from words and entities alone: {error}"


def _encode(context: Context, encoder: Encoder) -> Encode:
    def encode(texts: Sequence[str], kind: Kind) -> Vectors:
        return context.embed(encoder, list(texts), kind, STAGE).vectors

    return encode


def _generated(context: Context, encode: Encode | None, written: Sequence[Pair]) -> Generated:
    audited = read_audited(context.run.path / AUDITED)
    return generate_pairs(
        context.teaching,
        context.settings,
        encode,
        max_pairs=context.config["max_pairs"],
        audited=audited,
        written=written,
        rules_off=context.config["rules_off"],
        on_progress=_reporter(context),
    )


def _reporter(context: Context) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        context.run.log.append("progress", stage=STAGE, what="queries", done=done, total=total)
        context.check_stop()

    return report


def _write(context: Context, made: Generated, encoder: Encoder | None, notes: Sequence[str]) -> None:
    run = context.run
    verdicts = json.loads((run.path / "verdicts.json").read_text(encoding="utf-8"))
    taught = learnable(made.pairs, verdicts, context.config["rules_off"], context.settings.ACCEPTED_ONLY)
    for name, records in (("generated", made.pairs), ("dropped", made.dropped), ("removed", made.removed), ("pairs", taught)):
        (run.path / f"{name}.jsonl").write_text(to_lines(records), encoding="utf-8")
    about = {"notes": [*notes, *made.notes], "encoder": encoder.name if encoder else None, "complete": not notes}
    run.write_json(GENERATION, {**summary_of(made), **about})


def learnable(
    pairs: Sequence[Pair], verdicts: Mapping[str, Verdict], rules_off: Collection[str] = (), accepted_only: bool = False
) -> tuple[Pair, ...]:
    """What may be trained on, by the verdicts that stand (pair id → verdict): never a pair that a person refused or doubts, and of a rule
    that is off only what was accepted. What was added by hand, or became another label, counts as accepted."""
    refused = {pair_id for pair_id, verdict in verdicts.items() if verdict in {"reject", "flag"}}
    undecided = () if accepted_only else [pair for pair in pairs if pair.pair_id not in refused and pair.rule not in rules_off]
    taught = {pair.pair_id for pair in undecided} | {pair_id for pair_id, verdict in verdicts.items() if verdict == "accept"}
    return tuple(pair for pair in pairs if pair.pair_id in taught or (pair.rule == BY_HAND and pair.pair_id not in refused))


def summary_of(made: Generated) -> Mapping[str, Any]:
    """What was made and what was not: `pairs` a row a kind, `dropped` by rule and `removed` by reason in queries."""
    return {
        "pairs": _kinds(made.pairs),
        "n_queries": len({(pair.question_id, pair.query) for pair in made.pairs}),
        "unpaired": dict(made.unpaired),
        "dropped": dict(Counter(one.rule for one in made.dropped).most_common()),
        "n_offered": sum(one.offered for one in made.dropped),
        "removed": dict(Counter(one.reason for one in made.removed).most_common()),
        "share": asdict(made.share),
        "notes": list(made.notes),
    }


def _kinds(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Rows rule, label, hardness, count: positives first, then by count."""
    counted = Counter((pair.rule, pair.label, pair.hardness) for pair in pairs)
    order = sorted(counted.items(), key=lambda item: (item[0][1] != "positive", -item[1], item[0]))
    return [{"rule": rule, "label": label, "hardness": hardness, "count": n} for (rule, label, hardness), n in order]
