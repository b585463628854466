import pytest

from core.encoders import local


@pytest.fixture(autouse=True, scope="session")
def in_fp32():
    """Vectors are compared to the last digits, also on a processor where bf16 would pay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "has_bf16", lambda on: False)
        yield
