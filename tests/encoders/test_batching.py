import numpy as np
import pytest
import torch

from core.encoders.batching import batches, token_budget, token_lengths
from core.encoders.local import load_model
from core.encoders.locate import locate
from tests.tiny import save_tiny_bert


def test_every_text_is_in_one_batch_and_no_batch_is_over_its_budget():
    lengths = np.random.default_rng(3).integers(1, 60, size=500).tolist()
    found = batches(lengths, 128)
    assert sorted(position for batch in found for position in batch) == list(range(500))
    assert all(max(lengths[position] for position in batch) * len(batch) <= 128 for batch in found)
    assert len(found) <= sum(lengths) / 128 * 1.2


def test_neighbours_in_length_are_neighbours_in_a_batch_longest_first():
    assert batches([3, 9, 1, 8, 2], 18) == [[1, 3], [0, 4, 2]]


def test_on_a_cpu_each_thread_gets_as_much_as_its_cache_holds_on_a_gpu_threads_do_not_matter(monkeypatch):
    budgets = {}
    for threads in (1, 2, 16):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        budgets[threads] = [token_budget(device) for device in ("cpu", "cuda", "mps")]
    assert [cpu for cpu, *_ in budgets.values()] == [1_024, 2_048, 16_384]
    assert budgets[1][1:] == budgets[16][1:]


def test_a_text_over_the_budget_goes_alone():
    assert batches([500, 500, 4], 128) == [[0], [1], [2]]


@pytest.mark.parametrize("budget", [1, 10_000])
def test_no_texts_are_no_batches(budget: int):
    assert batches([], budget) == []


def test_lengths_are_what_the_model_reads(tmp_path):
    model = load_model(locate(str(save_tiny_bert(tmp_path / "tiny"))))
    assert token_lengths(model, ["the bell", "", "the " * 90]) == [4, 2, 32]
