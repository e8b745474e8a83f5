"""Fixtures for all tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.config import Config
from pipeline.engine.run import Order, Result, run

# The same examples on every run and every machine; no example is judged by its time.
settings.register_profile(
    "closeup", derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck)
)
settings.load_profile("closeup")

HOME = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def sample_outputs(tmp_path_factory) -> Path:
    """Outputs of a whole run over the sample corpus; not to be changed by a test."""
    outputs = tmp_path_factory.mktemp("sample") / "outputs"
    run(Order(HOME / "corpus", outputs, Config()))
    return outputs


@pytest.fixture
def run_on(tmp_path):
    """Runs the pipeline over a corpus given as names and contents; gives outputs folder and result."""

    def run_on_files(files: dict[str, str | bytes], **options) -> tuple[Path, Result]:
        corpus = tmp_path / "corpus"
        for name, content in files.items():
            path = corpus / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        outputs = tmp_path / "outputs"
        return outputs, run(Order(corpus, outputs, options.pop("config", Config()), **options))

    return run_on_files
