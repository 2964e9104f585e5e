"""What a person reads of an alert: what it is and why, in plain sentences."""

from collections.abc import Iterator

from streams.adapters.in_words import instant, reasons_in_words, short
from streams.domain.outputs import Alert

_MEMBERS_NAMED = 10


def summary(alert: Alert) -> str:
    """One sentence, for a subject or a small screen.

    >>> from streams.domain.outputs import Reason
    >>> stalled = Alert("a", 1, "feed.stalled", "raised", "", None, 0, 9, "high", 60,
    ...                 (Reason("silent_feed", 60, 720.0),), "chat", "other")
    >>> summary(stalled)
    'Nothing has been heard from chat for 12 min.'
    """
    place = f"{alert.channel}, tier {alert.tier}"
    match alert.rule:
        case "sla.missed":
            return f"{_promise(alert)} is overdue on {place}."
        case "sla.warned":
            return f"{_promise(alert)} is at risk on {place}."
        case "churn_risk":
            return f"A customer may leave: risk {alert.score} of 100, last on {place}."
        case "feed.stalled":
            silent_s = alert.reasons[0].value if alert.reasons else None
            return f"Nothing has been heard from {alert.channel} for {short(silent_s)}."
        case "cx.common_cause":
            return f"{_affected(alert)} share one cause: {_shared(alert)}."
        case _:
            return f"The rule {alert.rule} has something to say about {place}."


def description(alert: Alert) -> str:
    """What more there is to know, sentence by sentence.

    >>> cause = Alert("a", 1, "cx.common_cause", "raised", "", None, 0, 9, "high", 60, (), "other",
    ...               "other", affected=41, share=0.824, shared=(("channel", "chat"),),
    ...               members=("a-1", "a-2"))
    >>> description(cause)
    'Raised at 1970-01-01 00:00 UTC. They are 82 % of the alerts of that time. \
Among them: a-1 a-2.'
    """
    return " ".join(_sentences(alert))


def _sentences(alert: Alert) -> Iterator[str]:
    yield f"Raised at {instant(alert.raised_at)} UTC."
    if alert.due_at is not None:
        verb = "is" if alert.rule == "sla.warned" else "was"
        yield f"It {verb} due at {instant(alert.due_at)} UTC."
    if alert.promise_rule:
        yield f"Promised by rule {alert.promise_rule} of policy {alert.policy or 'unknown'}."
    if alert.rule == "feed.stalled":
        yield "Until it speaks again nobody can tell which promises on it are missed."
    if alert.share is not None:
        yield f"They are {alert.share * 100:.0f} % of the alerts of that time."
    if alert.reasons:
        yield f"Reasons: {reasons_in_words(alert)}."
    if alert.members:
        yield f"Among them: {' '.join(alert.members[:_MEMBERS_NAMED])}."


def _promise(alert: Alert) -> str:
    return (alert.clock or "a promise").replace("_", " ").capitalize()


def _affected(alert: Alert) -> str:
    return "Customers" if alert.affected is None else f"{alert.affected:,} customers"


def _shared(alert: Alert) -> str:
    return ", ".join(f"{name} {value}" for name, value in alert.shared or ()) or "unknown"
