"""The stories that docs/clocks.md tells in pictures."""

from datetime import UTC, datetime

from streams.domain.calendars import ALWAYS, BusinessCalendar, OpeningHours
from streams.domain.policy.promises import Promise
from tests.unit.docs.telling import Plot, promised
from tests.unit.docs.timeline import spent
from tests.unit.domain.loops.test_loops import complained, rated
from tests.unit.domain.queues import test_stories as calls
from tests.unit.domain.saying import MINUTE_MS, START, answered, asked, case, touch

S, M, H = 1000, MINUTE_MS, 60 * MINUTE_MS
FRIDAY = 1_700_236_800_000 - START
"""17 November 2023, 16:00 UTC."""

HEARD = 40 * S
"""The first full minute: feeds are followed by the minute."""

OFFICE = BusinessCalendar("office", OpeningHours((((9 * 60, 17 * 60),),) * 5 + ((), ())), UTC)


def elapsed(at: int) -> str:
    """An instant as the time since the story began."""
    return spent(at / 1000)


def seconds(at: int) -> str:
    """The same of something short."""
    return f"{at // S} s"


def since_heard(at: int) -> str:
    """The same of a story that begins with a minute."""
    return elapsed(at - HEARD)


def weekday(at: int) -> str:
    """An instant as a wall clock shows it."""
    return datetime.fromtimestamp((START + at) / 1000, UTC).strftime("%a %H:%M")


def within(clock: str, target: int, *warnings: int, pauses: bool = False) -> Promise:
    """A promise day and night."""
    return Promise(clock, target, ALWAYS, warnings, pauses)


RESPONSE = promised(within("first_response", 2 * H, 90 * M), within("next_response", 2 * H, 90 * M))
FIRST = promised(within("first_response", 2 * H, 90 * M))

PICTURES = {
    "first response": Plot(
        FIRST,
        [
            (asked(0), "asks"),
            (touch("message", 15 * M, "bot", case_id="K1"), "replies"),
            (answered(30 * M, public=False), "internal note"),
            (asked(60 * M), "asks again"),
            (answered(75 * M), "answers"),
            (answered(100 * M), "adds a word"),
            140 * M,
        ],
        2 * M + 30 * S,
        12,
        elapsed,
        ("first_response",),
    ),
    "missed": Plot(
        FIRST,
        [(asked(0), "asks"), 390 * M, (answered(390 * M), "answers"), 400 * M],
        6 * M,
        10,
        elapsed,
        ("first_response", "missed_first_response"),
    ),
    "next response": Plot(
        RESPONSE,
        [
            (asked(0), "asks"),
            (answered(20 * M), "answers"),
            (asked(40 * M), "asks on"),
            (asked(70 * M), "and again"),
            (answered(140 * M), "answers"),
            (answered(170 * M), "adds a word"),
            200 * M,
        ],
        3 * M,
        20,
        elapsed,
        ("next_response",),
    ),
    "resolution": Plot(
        promised(within("resolution_first", 10 * H), within("resolution_full", 10 * H, 9 * H)),
        [
            (case("opened", 0), "opens"),
            (case("resolved", 4 * H), "resolves"),
            (case("closed", 12 * H, "system"), "closes"),
            (case("reopened", 16 * H, "customer"), "reopens"),
            21 * H + 30 * M,
            (case("resolved", 21 * H + 30 * M), "resolves"),
            24 * H,
        ],
        24 * M,
        10,
        elapsed,
        ("resolution_first", "resolution_full", "missed_resolution_full"),
    ),
    "wait split": Plot(
        promised(within("resolution_full", 6 * H, 5 * H, pauses=True)),
        [
            (case("opened", 0), "opens"),
            (case("pending", 2 * H), "asks back"),
            (asked(7 * H), "tells"),
            (case("on_hold", 8 * H), "asks the maker"),
            10 * H + 30 * M,
            (case("resolved", 10 * H + 30 * M), "resolves"),
            12 * H,
        ],
        12 * M,
        10,
        elapsed,
        ("resolution_full", "wait_requester", "wait_agent", "wait_third_party"),
    ),
    "business time": Plot(
        promised(Promise("first_response", H, OFFICE, (45 * M,))),
        [
            (asked(FRIDAY + 30 * M), "asks"),
            FRIDAY + 65 * H,
            (answered(FRIDAY + 65 * H + 20 * M), "answers"),
            FRIDAY + 66 * H + 30 * M,
        ],
        H,
        12,
        weekday,
        ("first_response",),
        begins=FRIDAY,
    ),
    "queue": Plot(
        promised(within("queue_wait", 20 * S, 15 * S)),
        [
            (calls.queued(0), "calls"),
            32 * S,
            (calls.answered(32 * S), "answers"),
            (calls.ended(75 * S), "ends"),
            (calls.queued(85 * S), "calls"),
            (calls.abandoned(97 * S), "gives up"),
            110 * S,
        ],
        1500,
        10,
        seconds,
        ("queue_wait", "handling_time", "abandoned", "missed_queue_wait"),
    ),
    "loop": Plot(
        promised(within("loop_contact", 24 * H, 18 * H), within("loop_resolution", 72 * H)),
        [
            (complained(0), "complains"),
            (complained(6 * H), "and again"),
            20 * H,
            (touch("outreach", 20 * H, "agent"), "calls back"),
            (case("resolved", 50 * H), "resolves"),
            (rated(70 * H, 1), "CSAT 1"),
            80 * H,
        ],
        72 * M,
        10,
        elapsed,
        ("loop_contact", "loop_resolution", "loop_recovered"),
    ),
    "late answer": Plot(
        FIRST,
        [(asked(0), "asks"), 180 * M, (answered(110 * M), "answers"), 200 * M],
        2 * M + 30 * S,
        12,
        elapsed,
        ("first_response", "missed_first_response"),
    ),
    "another policy": Plot(
        FIRST,
        [
            (asked(0), "asks"),
            60 * M,
            promised(within("first_response", 80 * M)),
            (answered(100 * M), "answers"),
            130 * M,
        ],
        2 * M,
        15,
        elapsed,
        ("first_response", "missed_first_response"),
    ),
    "blind feed": Plot(
        FIRST,
        [
            (asked(HEARD), "asks (K1)"),
            (asked(HEARD + 24 * M, "K2"), "asks (K2)"),
            HEARD + 180 * M,
            (answered(HEARD + 105 * M), "answers (K1)"),
            (asked(HEARD + 180 * M, None)._replace(customer_id="C2"), "write"),
            HEARD + 195 * M,
        ],
        3 * M,
        20,
        since_heard,
        ("first_response", "missed_first_response"),
        begins=HEARD,
        silent_after={"chat": 35 * M},
    ),
}
