"""A second half of a tuned model's vectors: beside what a text means, which words it has.

A transformer that is tuned on a thousand pairs still takes one unknown name for another. So behind its vector stands a text's place in the
corpus by its words alone (latent semantic analysis: Deerwester et al. 1990): each token has a direction, longer the rarer it is, and a text
has the mean of its tokens'. It takes no question and no step of training. Measured on held-out questions, nDCG@10, with nothing trained
but the head of `evening.py`: covidqa .523 to .568 (n 251), scripture .483 to .524 (n 400); with models that a thousand pairs have tuned:
covidqa .619 to .642, scripture .560 to .577. It costs likeness between sentences that say the same in other words, where both are short:
STS-B .871 to .863 with the words of covidqa, .868 to .843 with those of scripture.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.training.rarity import bags, rarity

SHARE = 0.45  # how long the words' half of a document is on average, where the half that means is 1


def with_words(model: Any, documents: Sequence[str]) -> Any:
    """A SentenceTransformer that shares the modules of `model` and gives vectors twice as wide: its own, then the words'. Cut to their
    first half they are those of `model`."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, WordEmbeddings
    from sentence_transformers.sentence_transformer.modules.tokenizer import WhitespaceTokenizer

    width = model.get_embedding_dimension()
    table = torch.from_numpy(word_table(model.tokenizer, documents, width))
    more = [
        WordEmbeddings(WhitespaceTokenizer([]), table),  # looks up the tokens that the transformer read; its own tokenizer is not asked
        Normalize(module_output_name="cls_token_embeddings"),  # where the pooling below finds what the model itself made of the text
        Pooling(width, ("cls", "mean"), include_prompt=False),
        Normalize(),
    ]
    whole = copy.copy(model)
    whole._modules = {**model._modules, **{str(len(model) + at): module.to(model.device) for at, module in enumerate(more)}}
    return whole


def word_table(tokenizer: Any, documents: Sequence[str], width: int) -> NDArray[np.float32]:
    """(v, width) each token's direction times its rarity among the documents; nothing for those that stand in none."""
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd

    found = bags(tokenizer, documents)
    table = np.zeros((found.shape[1], width), dtype=np.float32)
    known = np.unique(found.indices)  # of a multilingual vocabulary a tenth, and all others would only fill memory
    if not known.size:
        return table
    rare = rarity(found)[known]
    n_directions = min(width, len(known), found.shape[0])
    _, spread, directions = randomized_svd(normalize(found[:, known].multiply(rare).tocsr()), n_directions, random_state=0)
    narrow = max(float(np.median(spread)), 1e-9)  # what only few chunks share is not made more of
    table[known, :n_directions] = directions.T / spread.clip(narrow) * rare[:, None]
    length = np.linalg.norm(found @ table, axis=1).mean()
    return np.asarray(table * (SHARE / length if length else 0), dtype=np.float32)
