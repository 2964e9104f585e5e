"""What gets into the logs, and what never does."""

import logging
from collections.abc import Iterator

import pytest

from streams.adapters.logs import set_up

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    for name in ("streams", "kafka"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("library", ["kafka.net.connection", "aiokafka.conn", "faust", "asyncio"])
def test_libraries_say_nothing_below_a_warning_even_at_debug(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(library).setLevel(logging.DEBUG)
    set_up("DEBUG", "json")
    logging.getLogger(library).debug("Request 1: SaslAuthenticate(%r)", SECRET)
    logging.getLogger(library).info("Request 2: Produce(%r)", SECRET)
    logging.getLogger("streams.engine").debug("one of ours")
    printed = capsys.readouterr().err
    assert SECRET not in printed
    assert "one of ours" in printed


def test_warnings_of_libraries_are_heard(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # as commands without a log do
    set_up("INFO", "json")
    logging.getLogger("aiokafka.conn").warning("the connection is gone")
    logging.getLogger("streams").debug("too fine")
    printed = capsys.readouterr().err
    assert "the connection is gone" in printed
    assert "too fine" not in printed


def test_less_than_warnings_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("ERROR", "json")
    logging.getLogger("aiokafka.conn").warning("the connection is gone")
    logging.getLogger("streams").warning("mine")
    assert capsys.readouterr().err == ""
