"""`deploy/docker/Dockerfile`: of what it is built, to the release."""

import re
import tomllib

from tests.deployment.dockerfile import pairs, read_steps
from tests.deployment.root import DEPLOY, ROOT

STEPS = read_steps(DEPLOY / "docker/Dockerfile")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_all_stages_begin_with_one_release_of_the_oldest_python_that_is_supported() -> None:
    bases = {step.words[0] for step in STEPS if step.keyword == "FROM"}
    (base,) = bases
    release = re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-bookworm", base)
    assert release
    assert PROJECT["project"]["requires-python"] == f">={release[1]}"


def test_what_builds_the_wheel_is_pinned_like_what_is_in_it() -> None:
    pinned = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text()))
    wanted = [re.split(r"[<>=~ ]", each)[0] for each in PROJECT["build-system"]["requires"]]
    # What hatchling itself needs, the last for `pip install --editable`.
    wanted += ["packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers", "editables"]
    assert {*wanted} <= pinned.keys()


def test_pip_holds_to_the_pins_when_it_installs_and_when_it_builds() -> None:
    (given,) = (pairs(step) for step in STEPS if step.keyword == "ENV" and "PIP_" in step.rest)
    assert given["PIP_CONSTRAINT"] == given["PIP_BUILD_CONSTRAINT"] == "/src/constraints.txt"
