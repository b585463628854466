"""A two-layer BERT with random weights, saved as a real model folder: everything works on it, in milliseconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.encoders.quantised import Quantised

WORDS = (
    *("the", "of", "a", "in", "who", "what", "where", "is", "was", "kept", "keeps", "rules", "river", "bell", "tower", "salt", "glass"),
    *("moon", "lamp", "keeper", "city", "harbour", "north", "south", "king", "queen", "child", "song", "war", "bread", "winter", "book"),
)


def save_tiny_bert(folder: Path, seed: int = 0) -> Path:
    """Save the model; the same seed gives the same weights. 32 dimensions, reads 32 tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(seed)
    plain = folder.with_name(folder.name + "-plain")
    plain.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(WORDS)), *"abcdefghijklmnopqrstuvwxyz"]
    vocabulary += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    (plain / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(plain)
    BertTokenizerFast(vocab=str(plain / "vocab.txt"), model_max_length=64).save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=32)
    model = SentenceTransformer(modules=[transformer, Pooling(32), Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


def keep_int8(home: Path, exact_fingerprint: str) -> Quantised:
    """What a workspace holds once int8 was kept for a model, with files that only stand for a network: nothing can be encoded by them."""
    from core.encoders.quantised import NETWORK, WEIGHTS, Decision, Quantised, quantised_for

    kept = quantised_for(home, exact_fingerprint)
    tried = Quantised(home / "tried")
    tried.folder.mkdir(parents=True)
    for name in (NETWORK, WEIGHTS):
        (tried.folder / name).write_text("no network")
    kept.decide(Decision(True, "faster"), tried)
    return kept
