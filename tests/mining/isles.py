"""A world of ten chunks in which it is plain who keeps company with whom."""

from __future__ import annotations

from core.mining.ground import Ground
from core.records import Chunk, Entity

ILSA = Entity("Ilsa", "character", ("the Keeper",))
BRANDT = Entity("Brandt", "character", ("Captain Brandt", "Old Salt"))
MIRA = Entity("Mira", "character")
OSTERHAVEN = Entity("Osterhaven", "place", ("East Haven",))
SORROW = Entity("Cape Sorrow", "place")
FENN = Entity("Fenn", "place")
HERON = Entity("Heron", "ship")
ENTITIES = (ILSA, BRANDT, MIRA, OSTERHAVEN, SORROW, FENN, HERON)


def chunk(chunk_id: str, text: str, order: float | None = None, searchable: bool = True, **mentions: tuple[str, ...]) -> Chunk:
    return Chunk(chunk_id, text, chunk_id.split(".")[0], temporal_order=order, mentions=mentions, searchable=searchable)


CHUNKS = (
    chunk(
        "Ilsa.0", "Ilsa keeps the lighthouse of Osterhaven and rings its great bell in fog.", 1, character=("Ilsa",), place=("Osterhaven",)
    ),
    chunk("Ilsa.1", "As a girl she learned to sail from Brandt aboard the Heron.", 2, character=("Ilsa", "Brandt"), ship=("Heron",)),
    chunk(
        "Brandt.0",
        "Brandt owned the Heron until the storm off Cape Sorrow.",
        3,
        character=("Brandt",),
        place=("Cape Sorrow",),
        ship=("Heron",),
    ),
    chunk("Brandt.1", "Brandt walked home along the coast with his compass and his log.", 5, character=("Brandt",)),
    chunk("Osterhaven.0", "Osterhaven has a harbour that freezes one winter in nine.", None, place=("Osterhaven",)),
    chunk("Storm.0", "Nine ships broke on the reef below Cape Sorrow that night.", 3, place=("Cape Sorrow",)),
    chunk("Mira.0", "Mira mends nets in Fenn and sells eels at the gate.", 4, character=("Mira",), place=("Fenn",)),
    chunk("Fenn.0", "Fenn lies in the marsh, and only reed cutters know the way.", None, place=("Fenn",)),
    chunk("Songs.0", "Rain again, and nobody came to the dance.", 6),
    chunk("Songs.1", "The fiddler played until the candles were out.", 6),
)


def ground(*more: Chunk, entities: tuple[Entity, ...] = ENTITIES) -> Ground:
    return Ground((*CHUNKS, *more), entities)


def ids(found: Ground, indices: object) -> list[str]:
    return [found.chunks[int(index)].chunk_id for index in indices]  # type: ignore[attr-defined]
