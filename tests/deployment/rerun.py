"""A Dockerfile's steps carried out without Docker: folders for layers, the same commands.

The base image is a fresh virtual environment of this Python. What only an engine can show, the base
image itself and the layers, is not shown here.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.deployment.dockerfile import Step, pairs, read_steps

OWN = ("/src", "/wheels", "/opt/cx-streams")
"""The folders that the steps make; a step may name no other, but for caches it mounts."""

_BUILD_S = 600.0
_FOLDER = re.compile(r"(?<![\w./$}])/[\w./-]+")


@dataclass
class Image:
    """What came of the last stage. `root` stands for `/` in all that is said here."""

    root: Path
    environment: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0"
    ports: list[int] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health_check: list[str] = field(default_factory=list)


def base_image(folder: Path) -> Path:
    """A fresh virtual environment, as the image `python` is one: its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=_BUILD_S)
    return folder / "bin"


def rerun(dockerfile: Path, context: Path, scratch: Path, base: Path) -> Image:
    """Carry out the steps of `dockerfile` on files of `context` -> the image, below `scratch`.

    `base` has the programs of the base image. Raises `AssertionError` for a step that it doesn't
    know or that leaves the folders of the project, `subprocess.CalledProcessError` for a command
    that fails.
    """
    builder = _Builder(context, scratch, base)
    for step in read_steps(dockerfile):
        builder.do(step)
    return builder.image


class _Builder:
    """One stage after the other; each has the same root, where the one before it is gone."""

    def __init__(self, context: Path, scratch: Path, base: Path) -> None:
        self._context, self._scratch, self._base = context, scratch, base
        self._root = scratch / "root"
        self._stage = ""

    def do(self, step: Step) -> None:
        match step.keyword:
            case "FROM":
                self._from(step.words)
            case "COPY":
                self._copy(step)
            case "RUN":
                self._run(step)
            case "ENV":
                self._environment(pairs(step))
            case _:
                self._note(step)

    def _from(self, words: list[str]) -> None:
        if self._root.exists():
            self._root.rename(self._scratch / f"stage-{self._stage}")
        self._stage = words[-1]
        self._root.mkdir()
        path = f"{self._base}:{os.environ['PATH']}"
        self.image = Image(self._root, {"PATH": path})

    def _copy(self, step: Step) -> None:
        *sources, target = step.words
        origin = [flag.removeprefix("--from=") for flag in step.flags]
        into = self._place(target)
        for source in sources:
            if origin:
                built = self._scratch / f"stage-{origin[0]}" / source.lstrip("/")
                # Linked, not copied: it is large, and nothing writes on it any more.
                shutil.copytree(built, into, symlinks=True, copy_function=os.link)
            else:
                assert sent(self._context, source), f"{source} is kept back by .dockerignore"
                _send(self._context / source, into)

    def _run(self, step: Step) -> None:
        assert all(flag.startswith("--mount=type=cache,") for flag in step.flags), step.flags
        subprocess.run(
            ["sh", "-c", self._moved(step.rest)],
            cwd=self._place("."),
            env=outside() | self.image.environment,
            check=True,
            timeout=_BUILD_S,
        )

    def _environment(self, given: Mapping[str, str]) -> None:
        for name, value in given.items():
            before = self.image.environment.get(name, "")
            self.image.environment[name] = self._moved(value).replace(f"${name}", before)

    def _note(self, step: Step) -> None:
        match step.keyword:
            case "WORKDIR":
                self.image.folder = step.rest
            case "LABEL":
                self.image.labels |= pairs(step)
            case "USER":
                self.image.user = step.rest
            case "EXPOSE":
                self.image.ports += map(int, step.words)
            case "ENTRYPOINT":
                self.image.entrypoint = step.words
            case "CMD":
                self.image.command = step.words
            case "HEALTHCHECK":
                assert step.rest.startswith("CMD [")
                self.image.health_check = Step("CMD", (), step.rest.removeprefix("CMD ")).words
            case _:
                raise AssertionError(f"nobody has said how {step.keyword} is carried out here")

    def _place(self, path: str) -> Path:
        """A path of the image, on this disk; relative ones lie in the working folder."""
        place = self._root / self.image.folder.lstrip("/")
        place = self._root / path.lstrip("/") if path.startswith("/") else place / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if path == ".":
            place.mkdir(parents=True, exist_ok=True)
        return place

    def _moved(self, text: str) -> str:
        """The text, its folders of the image replaced by those on this disk."""

        def move(found: re.Match[str]) -> str:
            assert found[0].startswith(OWN), f"{found[0]} is none of {OWN}"
            return f"{self._root}{found[0]}"

        return _FOLDER.sub(move, text)


def sent(context: Path, source: str) -> bool:
    """Whether `.dockerignore` lets a file or folder of the context through."""
    lines = (context / ".dockerignore").read_text().split()
    assert lines[0] == "*"  # nothing is sent but what is named
    return f"!{source}" in lines


def outside() -> dict[str, str]:
    """This process's environment, less what would lead the commands back to this project."""
    ours = ("CX_", "PYTHON", "VIRTUAL_ENV", "COVERAGE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _send(source: Path, into: Path) -> None:
    """A file into the folder, or a folder's contents, as `.dockerignore` lets them through."""
    if source.is_dir():
        shutil.copytree(source, into, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, into)
