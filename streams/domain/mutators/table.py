"""The table of mutators.

A mutator says its measurements and returns the points the churn score may have grown by. It is
given late events as well as new ones, so it may only do what comes out alike in any order. Kinds
not in the table change nothing beyond being seen.
"""

from streams.domain.clocks.running import touch
from streams.domain.mutators import calls, care, cases, commerce, deliveries, profile, surveys
from streams.domain.mutators.signals import Mutator, mutator_of, passes_through
from streams.domain.queues.walk import ABANDONED, ANSWERED, ENDED, QUEUED
from streams.domain.risk import signals

mutators: dict[str, Mutator] = {
    "message": cases.message,
    "call_queued": calls.mutator_of(QUEUED),
    "call_answered": calls.mutator_of(ANSWERED, care.call_answered),
    "call_abandoned": calls.mutator_of(ABANDONED),
    "call_ended": calls.mutator_of(ENDED),
    "case_opened": cases.case_opened,
    "case_assigned": touch,
    "case_transferred": cases.case_transferred,
    "case_pending": cases.case_pending,
    "case_on_hold": cases.case_on_hold,
    "case_resolved": cases.case_resolved,
    "case_reopened": cases.case_reopened,
    "case_closed": cases.case_closed,
    "survey_answered": surveys.survey_answered,
    "purchase": commerce.purchase,
    "returned": commerce.returned,
    "payment_failed": mutator_of(signals.PAYMENT_FAILED),
    "complaint": care.complaint,
    "subscription_changed": commerce.subscription_changed,
    "tier_changed": profile.tier_changed,
    "shipped": deliveries.shipped,
    "delivered": deliveries.delivered,
    "logged_in": passes_through,
    "searched": passes_through,
    "self_served": passes_through,
    "error_met": commerce.error_met,
    "review": passes_through,
    "referral": passes_through,
    "outreach": care.outreach,
}
"""Kind of touchpoint → what it changes."""
