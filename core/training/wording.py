"""A second half of a tuned model's vectors: beside what a text means, which words it has.

A transformer that is tuned on a thousand pairs still takes one unknown name for another. So behind its vector stands the mean of a random
direction a token, times the token's rarity in the corpus: texts agree there as far as they share rare words, as in `static.py`. It takes
no question and no step of training.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.training.rarity import bags, names, rarity

SHARE = 0.35  # how long the words' half of a document is on average, where the half that means is 1


def with_words(model: Any, documents: Sequence[str], seed: int) -> Any:
    """A SentenceTransformer that shares the modules of `model` and gives vectors twice as wide: its own, then the words'. Cut to their
    first half they are those of `model`."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, WordEmbeddings
    from sentence_transformers.sentence_transformer.modules.tokenizer import WhitespaceTokenizer

    width, aside = model.get_embedding_dimension(), "cls_token_embeddings"
    table = torch.from_numpy(word_table(model.tokenizer, documents, width, seed))
    more = [
        WordEmbeddings(WhitespaceTokenizer([]), table),  # looks up the tokens that the transformer read; its own tokenizer is not asked
        Normalize(module_output_name=aside),
        Pooling(width, (aside.removesuffix("_token_embeddings"), "mean"), include_prompt=False),
        Normalize(),
    ]
    whole = copy.copy(model)
    whole._modules = {**model._modules, **{str(len(model) + at): module.to(model.device) for at, module in enumerate(more)}}
    return whole


def word_table(tokenizer: Any, documents: Sequence[str], width: int, seed: int) -> NDArray[np.float32]:
    """(v, width) each token's direction times its rarity among the documents; nothing for special tokens."""
    found = bags(tokenizer, documents)
    table = names(found.shape[1], width, seed) * rarity(found)[:, None]
    table[tokenizer.all_special_ids] = 0
    length = np.linalg.norm(found @ table, axis=1).mean()
    return np.asarray(table * (SHARE / length if length else 0), dtype=np.float32)
