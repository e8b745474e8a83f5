"""Git directories of public repositories, as fetched: DIR/owner+name/repo, with or without .git in it."""

import subprocess
from pathlib import Path


def git_folder(snapshots: Path, repository: str) -> Path:
    """Where the git directory of owner/name lies, whether or not it is there."""
    folder = snapshots / repository.replace("/", "+") / "repo"
    return folder / ".git" if (folder / ".git").is_dir() else folder


def git(snapshots: Path, repository: str, *command: str) -> bytes:
    """What a git command says of a snapshot.

    Raises:
        CalledProcessError: git fails, as where there is no snapshot.
    """
    folder = git_folder(snapshots, repository)
    return subprocess.run(["git", "--git-dir", str(folder), *command], capture_output=True, check=True).stdout
