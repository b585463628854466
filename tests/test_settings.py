from pathlib import Path

import pytest

from core.errors import InputError
from core.settings import Settings, get_finetuning_config


def test_defaults_and_overrides(monkeypatch):
    monkeypatch.setenv("LEARNING_RATE", "5e-5")
    monkeypatch.setenv("RECALL_K_VALUES", "10, 1,10")
    monkeypatch.setenv("EMBEDDING_DIM", "")
    settings = get_finetuning_config()
    assert settings.LEARNING_RATE == 5e-5
    assert settings.RECALL_K_VALUES == (1, 10)
    assert settings.EMBEDDING_DIM is None
    assert settings.BASE_MODEL == "all-MiniLM-L6-v2"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("LEARNING_RATE", "fast", "valid number"),
        ("LEARNING_RATE", "-1", "greater than 0"),
        ("BATCH_SIZE_CPU", "1", "greater than or equal to 2"),
        ("MODEL_BACKEND", "magic", "'sentence-transformers', 'ollama' or 'openai'"),
        ("MIN_TOPIC_COVERAGE", "1.5", "less than or equal to 1"),
        ("RECALL_K_VALUES", "0,5", "between 1 and 1000"),
        ("MAX_SEQ_LENGTH", "3", "greater than or equal to 8"),
    ],
)
def test_a_wrong_value_is_one_sentence(monkeypatch, name, value, allowed):
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError) as caught:
        get_finetuning_config()
    said = str(caught.value)
    assert said.startswith(f"{name}='{value}' is not allowed")
    assert allowed in said
    assert "\n" not in said


def test_the_key_is_not_shown():
    assert "hidden-key" not in repr(Settings(MODEL_API_KEY="hidden-key"))


def test_every_setting_is_in_the_example_file():
    from core.settings import PROJECT

    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"{name}=" not in example]
    assert not missing


def test_an_edit_of_the_file_counts_from_the_next_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    monkeypatch.delenv("SEED", raising=False)
    assert get_finetuning_config().SEED == 13
    file.write_text("SEED=4\n", encoding="utf-8")
    assert get_finetuning_config().SEED == 4
    file.write_text("SEED=44\n", encoding="utf-8")
    assert get_finetuning_config().SEED == 44
    monkeypatch.setenv("SEED", "5")
    assert get_finetuning_config().SEED == 5
    file.unlink()
    monkeypatch.delenv("SEED")
    assert get_finetuning_config().SEED == 13
