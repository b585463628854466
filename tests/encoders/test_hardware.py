import pytest
import torch

from core.encoders.hardware import has_bf16


@pytest.mark.parametrize("tiles", [True, False])
def test_a_processor_computes_in_bf16_where_it_has_matrix_tiles_and_not_for_its_avx512_instructions_alone(monkeypatch, tiles):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: tiles)
    assert has_bf16("cpu") is tiles


def test_other_devices_are_not_judged_by_the_processor(monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert not has_bf16("mps")
