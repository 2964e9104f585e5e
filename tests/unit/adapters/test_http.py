"""The HTTP server answers metrics and probes, and stops."""

import json
import socket
import sys
import threading
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.adapters.http import SWITCH_S, HttpServer
from streams.errors import ConfigurationError


def well() -> tuple[bool, Mapping[str, Any]]:
    return True, {"beat_s": 0.1}


def unwell() -> tuple[bool, Mapping[str, Any]]:
    return False, {"recovered": False}


def broken() -> tuple[bool, Mapping[str, Any]]:
    raise RuntimeError("no loop")


def get(server: HttpServer, path: str, accept: str = "") -> tuple[int, str, bytes]:
    request = Request(f"http://127.0.0.1:{server.port}{path}", headers={"Accept": accept})
    try:
        with urlopen(request, timeout=5) as response:
            return response.status, response.headers["Content-Type"], response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def test_metrics_come_in_the_format_asked_for() -> None:
    registry = CollectorRegistry()
    Counter("cx_calls", "Calls.", registry=registry).inc()
    with HttpServer(registry, live=well, ready=well) as server:
        status, kind, body = get(server, "/metrics?name=any")
        assert (status, kind.split(";")[0]) == (200, "text/plain")
        assert b"cx_calls_total 1.0" in body
        _, kind, body = get(server, "/metrics", accept="application/openmetrics-text")
        assert kind.startswith("application/openmetrics-text")
        assert body.endswith(b"# EOF\n")


def test_probes_answer_what_they_looked_at() -> None:
    with HttpServer(CollectorRegistry(), live=well, ready=unwell) as server:
        status, kind, body = get(server, "/livez")
        assert (status, kind, json.loads(body)) == (
            200,
            "application/json",
            {"ok": True, "beat_s": 0.1},
        )
        status, _, body = get(server, "/readyz")
        assert (status, json.loads(body)) == (503, {"ok": False, "recovered": False})


def test_a_probe_that_fails_is_not_well() -> None:
    with HttpServer(CollectorRegistry(), live=broken, ready=well) as server:
        status, _, body = get(server, "/livez")
        assert (status, json.loads(body)["error"]) == (503, "RuntimeError: no loop")


def test_other_pages_are_not_found_and_say_which_there_are() -> None:
    with HttpServer(CollectorRegistry(), live=well, ready=well) as server:
        status, _, body = get(server, "/")
        assert (status, json.loads(body)["pages"]) == (404, ["/metrics", "/livez", "/readyz"])


def test_a_slow_scrape_does_not_hold_up_a_probe() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> tuple[bool, Mapping[str, Any]]:
        entered.set()
        leave.wait(5)
        return well()

    with HttpServer(CollectorRegistry(), live=well, ready=slow) as server:
        waiting = threading.Thread(target=get, args=(server, "/readyz"))
        waiting.start()
        assert entered.wait(5)
        assert get(server, "/livez")[0] == 200
        leave.set()
        waiting.join()


def test_it_listens_on_loopback_and_stops() -> None:
    server = HttpServer(CollectorRegistry(), live=well, ready=well)
    port = server.port
    server.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_port_taken_is_named_with_the_mend() -> None:
    with (
        HttpServer(CollectorRegistry(), live=well, ready=well) as first,
        pytest.raises(ConfigurationError, match=rf"127\.0\.0\.1:{first.port} .*0 for a free one"),
    ):
        HttpServer(CollectorRegistry(), live=well, ready=well, port=first.port)


def test_lines_are_learnt_before_anybody_asks() -> None:
    registry, read = CollectorRegistry(), threading.Event()

    def calls() -> float:
        read.set()
        return 1.0

    Gauge("cx_calls", "Calls.", registry=registry).set_function(calls)
    assert not read.is_set()
    with HttpServer(registry, live=well, ready=well):
        assert read.is_set()


def test_the_stream_may_compute_for_longer_while_pages_are_served() -> None:
    before = sys.getswitchinterval()
    with HttpServer(CollectorRegistry(), live=well, ready=well):
        assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
        assert before < SWITCH_S
    assert sys.getswitchinterval() == before
