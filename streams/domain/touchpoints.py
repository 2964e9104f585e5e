"""The events: what happened between a customer and the company, in plain values."""

from typing import NamedTuple

KINDS: tuple[str, ...] = (
    "unknown",
    # conversation
    "message",
    "call_queued",
    "call_answered",
    "call_abandoned",
    "call_ended",
    # case
    "case_opened",
    "case_assigned",
    "case_transferred",
    "case_pending",
    "case_on_hold",
    "case_resolved",
    "case_reopened",
    "case_closed",
    # survey
    "survey_answered",
    # commerce
    "purchase",
    "shipped",
    "delivered",
    "returned",
    "refunded",
    "payment_failed",
    "subscription_changed",
    # digital
    "page_viewed",
    "searched",
    "logged_in",
    "error_met",
    "self_served",
    # voice of the customer
    "complaint",
    "review",
    "social_mention",
    "referral",
    # company action
    "campaign",
    "coupon",
    "outreach",
    # profile
    "tier_changed",
    "merged",
    "erased",
)
CHANNELS: tuple[str, ...] = ("other", "web", "app", "phone", "chat", "email", "store", "social")
ACTORS: tuple[str, ...] = ("unknown", "customer", "agent", "bot", "system")
SURVEYS: tuple[str, ...] = ("other", "ces2", "ces1", "csat", "nps")
TIERS: tuple[str, ...] = ("other", "prospect", "normal", "vip")


class Touchpoint(NamedTuple):
    """One touch of a customer; times are epoch milliseconds UTC, money is in minor units.

    `fingerprint` is a 64-bit signed hash of the event id (stable across processes), by which
    a customer's state recognises a duplicate.
    """

    fingerprint: int
    event_id: str
    customer_id: str
    kind: str
    channel: str
    actor: str
    occurred_at: int
    case_id: str | None = None
    agent_id: str | None = None
    public: bool = True
    survey: str | None = None
    score: float | None = None
    scale_min: int | None = None
    scale_max: int | None = None
    text: str | None = None
    language: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    product: str | None = None
    promised_at: int | None = None
    duration_ms: int | None = None
    reason: str | None = None
    tier: str | None = None
    attributes: dict[str, str] | None = None
