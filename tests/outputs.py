"""What tests compare of a run: every byte that users see."""

import json
from pathlib import Path


def snapshot(outputs: Path) -> dict[str, bytes | dict]:
    """Files of the outputs by their path; of run.json the part that is the same on every run."""
    found: dict[str, bytes | dict] = {}
    for path in sorted(outputs.rglob("*")):
        name = path.relative_to(outputs).as_posix()
        if path.is_file() and not name.startswith(".parts/"):
            found[name] = path.read_bytes()
    if "run.json" in found:
        found["run.json"] = {key: value for key, value in json.loads(found["run.json"]).items() if key != "this_run"}
    return found
