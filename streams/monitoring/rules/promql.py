"""Words for Prometheus: what people have named stays a name, whatever is in it."""

import re
from collections.abc import Iterable, Mapping
from textwrap import indent

_BARE = re.compile(r"[a-z0-9_]+")


def quoted(text: str) -> str:
    r"""A text as PromQL writes it; other alphabets stay as they are.

    >>> print(quoted('say "满意"\nor \\ not'))
    "say \"满意\"\nor \\ not"
    """
    for sign, written in (
        ("\\", "\\\\"),
        ('"', '\\"'),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\0", "\\x00"),
    ):
        text = text.replace(sign, written)
    return f'"{text}"'


def series(metric: str, **labels: str) -> str:
    """A metric's series with these labels.

    >>> series("cx_promises_total", clock="first_response")
    'cx_promises_total{clock="first_response"}'
    """
    chosen = ", ".join(_equal(labels))
    return f"{metric}{{{chosen}}}" if chosen else metric


def one_of(metric: str, label: str, values: tuple[str, ...], **labels: str) -> str:
    """A metric's series with one of these values of a label, plain words, and these other labels.

    >>> one_of("cx_promises_total", "clock", ("first_response", "queue_wait"), outcome="met")
    'cx_promises_total{clock=~"first_response|queue_wait", outcome="met"}'
    """
    assert all(_BARE.fullmatch(value) for value in values), values
    chosen = ", ".join([f'{label}=~"{"|".join(values)}"', *_equal(labels)])
    return f"{metric}{{{chosen}}}"


def _equal(labels: Mapping[str, str]) -> list[str]:
    return [f"{name}={quoted(value)}" for name, value in labels.items()]


def either(terms: Iterable[str]) -> str:
    """One alert of several conditions, whose series have different labels.

    >>> print(either(["a > 1", "b > 1"]))
    (
      a > 1
    )
    or
    (
      b > 1
    )
    """
    return "\nor\n".join(f"(\n{indent(term, '  ')}\n)" for term in terms)


def literal(text: str) -> str:
    """A text as an annotation shows it, where two braces would begin a template.

    >>> literal("rule {{vip}}")
    'rule {{ "{{" }}vip}}'
    """
    return text.replace("{{", '{{ "{{" }}')


def number(value: float) -> str:
    """A number without the noise of its last digits.

    >>> number(14.4 * (1 - 0.95)), number(20)
    ('0.72', '20')
    """
    return f"{value:.9g}"
