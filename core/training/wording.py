"""A second half of a tuned model's vectors: beside what a text means, which words it has.

A transformer that is tuned on a thousand pairs still takes one unknown name for another. So behind its vector stands a text's place in the
corpus by its words alone (latent semantic analysis: Deerwester et al. 1990): each token has a direction that counts the more the rarer it
is, and a text has the sum of its tokens', divided by the length of its tf-idf vector as if no token stood in it twice. It takes no question
and no step of training. Words that the corpus does not have make this half shorter: such a text is left to what it means.

Measured on held-out questions, nDCG@10, with nothing trained but the head of `evening.py`: covidqa .523 to .564 (n 251), scripture .483 to
.530 (n 400); with models that a thousand pairs have tuned: covidqa .619 to .646, scripture .560 to .574. Everyday language stays as it was:
STS-B (n 1,500, nothing trained but the head) .867 to .868 with the words of covidqa, .865 to .867 with those of scripture. The mean of the
tokens' directions, which makes much of the few words of a short text, gives retrieval as much and costs .014 and .011 there.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.training.rarity import bags, rarity

SHARE = 0.9  # how long the words' half of a document is on average, where the half that means is 1


def with_words(model: Any, documents: Sequence[str]) -> Any:
    """A SentenceTransformer that shares the modules of `model` and gives vectors twice as wide: its own, then the words'. Cut to their
    first half they are those of `model`. A prompt's words are not summed but weighed: the words' half of a prompted text is shorter."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, WordEmbeddings, WordWeights
    from sentence_transformers.sentence_transformer.modules.tokenizer import WhitespaceTokenizer

    width = model.get_embedding_dimension()
    table, weights = word_table(model.tokenizer, documents, width)
    by_token = {str(token): float(weight) for token, weight in enumerate(weights)}
    more = [
        WordEmbeddings(WhitespaceTokenizer([]), torch.from_numpy(table)),  # of the tokens that the transformer read
        WordWeights(list(by_token), by_token),
        Normalize(module_output_name="cls_token_embeddings"),  # where the pooling below finds what the model itself made of the text
        Pooling(width, ("cls", "mean_sqrt_len_tokens"), include_prompt=False),  # the weighted sum over the root of the summed weights
        Normalize(),
    ]
    whole = copy.copy(model)
    whole._modules = {**model._modules, **{str(len(model) + at): module.to(model.device) for at, module in enumerate(more)}}
    return whole


def word_table(tokenizer: Any, documents: Sequence[str], width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(v, width) a vector a token, nothing for those that stand in no document; (v,) the weights to sum them with, rarity squared: the root
    of the summed weights is the length of a tf-idf vector."""
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd

    found = bags(tokenizer, documents)
    rare = rarity(found)
    rare[tokenizer.all_special_ids] = 0  # they stand in every text that is encoded
    table = np.zeros((len(rare), width), dtype=np.float32)
    known = np.unique(found.indices[rare[found.indices] > 0])  # of a multilingual vocabulary a tenth: all others would only fill memory
    if known.size:
        n_directions = min(width, len(known), found.shape[0])
        _, spread, directions = randomized_svd(normalize(found[:, known].multiply(rare[known]).tocsr()), n_directions, random_state=0)
        narrow = max(float(np.median(spread)), 1e-9)  # what only few chunks share is not made more of
        table[known, :n_directions] = directions.T / spread.clip(narrow) / rare[known, None]
        table *= SHARE / _mean_length(found, table, rare**2)
    return table, rare**2


def _mean_length(found: csr_array, table: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    halves = found.multiply(weights).tocsr() @ table / np.sqrt(np.maximum(found @ weights, 1e-9))[:, None]
    return float(np.linalg.norm(halves, axis=1).mean())
