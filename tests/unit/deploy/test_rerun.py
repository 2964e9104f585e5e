"""A Dockerfile's steps are carried out as they stand, and what can't be is refused."""

import subprocess
from pathlib import Path

import pytest

from tests.deployment.rerun import Image, rerun

FROM = "FROM python:3.11-slim-bookworm AS build\n"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one file that is sent and one that is not."""
    folder = tmp_path_factory.mktemp("context")
    (folder / ".dockerignore").write_text("*\n!sent\n")
    (folder / "sent").write_text("hello\n")
    (folder / "kept").write_text("secret\n")
    return folder


def made(text: str, context: Path, scratch: Path) -> Image:
    file = scratch / "Dockerfile"
    file.write_text(FROM + text)
    return rerun(file, context, scratch, scratch / "programs")


def test_a_later_stage_has_only_what_it_copies(context: Path, tmp_path: Path) -> None:
    image = made(
        "WORKDIR /src\n"
        "COPY sent ./\n"
        "ENV GREETED=/opt/cx-streams/greeted\n"
        "# a comment\n"
        "RUN --mount=type=cache,target=/root/.cache/pip \\\n"
        "    mkdir -p /opt/cx-streams \\\n"
        '    && cp /src/sent "$GREETED"\n'
        "FROM python:3.11-slim-bookworm\n"
        "COPY --from=build /opt/cx-streams /opt/cx-streams\n"
        "ENV PATH=/opt/cx-streams/bin:$PATH\n"
        "USER 10001:10001\n",
        context,
        tmp_path,
    )
    assert [path.name for path in image.root.rglob("*")] == ["opt", "cx-streams", "greeted"]
    assert (image.root / "opt/cx-streams/greeted").read_text() == "hello\n"
    assert image.environment.keys() == {"PATH"}
    assert image.environment["PATH"].startswith(f"{image.root}/opt/cx-streams/bin:")
    assert image.user == "10001:10001"


def test_a_file_that_docker_would_not_be_sent_is_refused(context: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"kept is kept back by \.dockerignore"):
        made("COPY kept /src/\n", context, tmp_path)


def test_a_command_that_fails_fails(context: Path, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        made("RUN false\n", context, tmp_path)


def test_a_command_that_writes_elsewhere_is_refused(context: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="/etc/planted is none of"):
        made("RUN touch /etc/planted\n", context, tmp_path)


def test_a_step_that_nobody_knows_is_refused(context: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="how VOLUME is carried out"):
        made("VOLUME /src\n", context, tmp_path)
