"""Which texts are encoded together: of nearly the same number of tokens, so that little is computed on padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BUDGET = {"cuda": 65_536, "mps": 32_768}  # tokens in a batch, padding included: memory follows these, not the number of texts
BUDGET_A_THREAD = 1_024  # on a CPU: what lies between two layers then stays in the cache of the core that computes the next
CHARACTERS_A_TOKEN = 4


def token_budget(device: str) -> int:
    """Tokens that are encoded together on "cuda", "mps" or "cpu"."""
    import torch

    return BUDGET.get(device) or BUDGET_A_THREAD * torch.get_num_threads()


def batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions of the texts, longest first: where memory does not suffice it runs out at once. A batch, padded to its longest text, holds
    at most `budget` tokens, and at least one text."""
    order = sorted(range(len(lengths)), key=lambda position: -lengths[position])
    found: list[list[int]] = []
    for position in order:
        if found and lengths[found[-1][0]] * (len(found[-1]) + 1) <= budget:
            found[-1].append(position)
        else:
            found.append([position])
    return found


def token_lengths(model: Any, texts: Sequence[str]) -> list[int]:
    """Tokens that a SentenceTransformer reads of each text, without its prompt; estimated where it has no tokenizer of the usual kind."""
    tokenizer: Any = getattr(model, "tokenizer", None)
    limit = model.max_seq_length
    if tokenizer is None or not getattr(tokenizer, "is_fast", False):
        estimates = [max(1, len(text) // CHARACTERS_A_TOKEN) for text in texts]
        return [min(length, limit) for length in estimates] if limit else estimates
    read = tokenizer(
        list(texts), truncation=bool(limit), max_length=limit, return_attention_mask=False, return_token_type_ids=False, verbose=False
    )
    return [max(1, len(ids)) for ids in read["input_ids"]]
