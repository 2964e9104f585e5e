"""A program's classes, laid out once for this Java: it then starts with half the work."""

from collections.abc import Callable
from pathlib import Path

from tests.cluster.cache import once
from tests.cluster.java import find_java


def class_archive(program: str, live: Callable[[Path, str], None]) -> str:
    """The option that lets Java use the archive of `program`; made when it isn't there yet.

    Java loads and checks thousands of classes at each start. When it ends it can write down how
    they lay in memory, and map that the next time: a node of Kafka is ready after 2.4 s of CPU
    instead of 4.5, the registry after 3.3 instead of 7.6. `live(folder, option)` is to start the
    program for nothing else, with that option of Java's and files in that folder, and to end it
    in peace. A Java that can't use an archive says so and goes on.
    """

    def make(scratch: Path, found: Path) -> None:
        live(scratch, f"-XX:ArchiveClassesAtExit={found}/classes.jsa")

    name = f"{program}-java-{find_java().version}"
    return f"-XX:SharedArchiveFile={once(name, 'laying out its classes', make)}/classes.jsa"
