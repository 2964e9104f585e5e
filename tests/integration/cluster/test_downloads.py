"""What real Kafka needs is fetched once, whole, and what is missing is said with its package."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster.errors import PartMissing
from tests.cluster.java import Java, find_compiler, find_java
from tests.cluster.maven import kafka_jars

MAVEN = """#!/bin/sh
for word; do case "$word" in -DoutputDirectory=*) out="${word#*=}";; esac; done
echo one >> "$FETCHED"
echo half > "$out/kafka.jar"
sleep 0.3
echo whole > "$out/kafka.jar"
"""
FAILING_MAVEN = """#!/bin/sh
echo "[ERROR] there is no network"
exit 1
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs of our own, before the system's; an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("CX_TEST_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FETCHED", str(tmp_path / "fetched"))
    return folder


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def test_two_at_once_fetch_once_and_both_find_it_whole(
    programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(programs, "mvn", MAVEN)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: (kafka_jars() / "kafka.jar").read_text(), range(2)))
    assert found == ["whole\n", "whole\n"]
    assert (tmp_path / "fetched").read_text() == "one\n"
    assert capsys.readouterr().err.count("fetching it by Maven") == 1
    assert [path.name for path in (tmp_path / "cache").glob("[!.]*")] == ["kafka-4.1.1"]


def test_a_fetch_that_fails_leaves_nothing_that_looks_fetched(
    programs: Path, tmp_path: Path
) -> None:
    program(programs, "mvn", FAILING_MAVEN)
    with pytest.raises(PartMissing, match=r"Maven could not fetch .*there is no network"):
        kafka_jars()
    assert list((tmp_path / "cache").glob("[!.]*")) == []


def test_without_maven_its_package_is_named(
    monkeypatch: pytest.MonkeyPatch, programs: Path
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(PartMissing, match="apt-get install maven"):
        kafka_jars()


def test_without_java_its_package_is_named(monkeypatch: pytest.MonkeyPatch, programs: Path) -> None:
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(PartMissing, match=r"no java .*apt-get install default-jre-headless"):
        find_java()


def test_a_java_too_old_for_kafka_is_refused(programs: Path) -> None:
    program(programs, "java", "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    with pytest.raises(PartMissing, match=r"is Java 11\.0\.2, too old for Kafka: install Java 17"):
        find_java()


def test_a_java_that_only_runs_programs_is_refused_where_source_is_run(programs: Path) -> None:
    program(
        programs, "java", "#!/bin/sh\necho 'openjdk version \"17.0.1\"' >&2; echo java.base@17\n"
    )
    with pytest.raises(PartMissing, match=r"without a compiler.* install default-jdk-headless"):
        find_compiler()


def test_the_java_of_java_home_comes_first(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    program(home / "bin", "java", "#!/bin/sh\necho 'openjdk version \"21\" 2023-09-19' >&2\n")
    program(programs, "java", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert find_java() == Java(str(home / "bin" / "java"), "21")
