"""A dead letter is the record itself, and says where it came from and why it is here."""

from streams.adapters.dead_letters import LARGEST, dead_letter
from streams.engine.job import Rejected
from tests.unit.adapters.examples import chunk_of


def test_value_key_and_headers_are_the_records_own_and_ours_come_behind() -> None:
    chunk = chunk_of([b"fine", b"\xffbad"], [b"ann", b"bob"])
    chunk.headers[1] = [("trace", b"t-1"), ("empty", None)]
    rejected = Rejected(1, "validate", "negative_amount", "amount_minor is -3")
    letter = dead_letter("cx.deadletter.v1", chunk, rejected)
    assert (letter.topic, letter.key, letter.value) == ("cx.deadletter.v1", b"bob", b"\xffbad")
    assert list(letter.headers) == [
        ("trace", b"t-1"),
        ("empty", b""),
        ("__streams.errors.exception", b"InvalidRecord"),
        ("__streams.errors.message", b"amount_minor is -3"),
        ("__streams.errors.topic", b"cx.touchpoints.v1"),
        ("__streams.errors.partition", b"0"),
        ("__streams.errors.offset", b"102"),
        ("__streams.errors.stage", b"validate"),
        ("__streams.errors.reason", b"negative_amount"),
    ]


def test_what_the_topic_could_not_take_is_cut_and_says_so() -> None:
    chunk = chunk_of([b"x" * 5_000_000], [b"k" * 300_000])
    chunk.headers[0] = [("big", b"h" * 2_000_000)]
    letter = dead_letter("dead", chunk, Rejected(0, "decode", "undecodable", "no"))
    said = dict(letter.headers)
    assert letter.value
    assert letter.key
    size = len(letter.value) + len(letter.key) + sum(len(n) + len(v) for n, v in letter.headers)
    assert size < LARGEST - 64 * 1024
    assert said["__streams.errors.cut_value"] == b"5000000"
    assert said["__streams.errors.cut_key"] == b"300000"
    assert said["__streams.errors.cut_headers"] == b"2000012"
    assert "big" not in said


def test_a_tombstone_without_a_key_is_kept_as_it_was() -> None:
    chunk = chunk_of([None], [None])
    letter = dead_letter("dead", chunk, Rejected(0, "decode", "no_value", "no value"))
    assert (letter.key, letter.value) == (None, None)
