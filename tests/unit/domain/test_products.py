"""What customers have to do with: of each case and of their dealings the product last named."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.domain import products
from streams.domain.calendars import ALWAYS
from streams.domain.outputs import Alert
from streams.domain.policy import DAY_MS, HOUR_MS, Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.state import PRODUCTS, begin, rare
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import Story, answered, asked, case, touch

KINDS = ("message", "complaint", "page_viewed", "case_opened", "survey_answered")
NAMINGS = st.builds(
    lambda kind, at, case_id, product: touch(kind, at, case_id=case_id, product=product),
    st.sampled_from(KINDS),
    st.integers(0, 20),
    st.sampled_from([None, *(f"K{number}" for number in range(10))]),
    st.sampled_from([None, "", "kettle", "tea", "x" * 200]),
)


@given(st.lists(NAMINGS, max_size=25), st.randoms(use_true_random=False))
def test_in_any_order_the_latest_subjects_keep_the_latest_name(
    namings: list[Touchpoint], dice: Random
) -> None:
    named: dict[str, tuple[int, str, str]] = {}
    for it in namings:
        subjects = [it.case_id or ""] if it.case_id else []
        if it.kind in products.DEALINGS:
            subjects.append("")
        for subject in subjects if it.product else []:
            entry = (it.occurred_at, subject, (it.product or "")[: products.LONGEST])
            named[subject] = max(entry, named.get(subject, entry))
    arriving = list(namings)
    dice.shuffle(arriving)
    customer = begin(0, "web")
    for it in arriving:
        products.name(customer, it)
    expected = sorted(named.values())[-products.PRODUCTS_CAP :]
    assert [tuple(entry) for entry in rare(customer, PRODUCTS) or []] == expected


def about(story: Story, rule: str) -> list[str | None]:
    return [
        alert.product for alert in story.said if isinstance(alert, Alert) and alert.rule == rule
    ]


def test_a_missed_promise_is_about_the_product_of_its_case() -> None:
    story = Story().tell(
        touch("case_opened", 0, case_id="K1", product="kettle"),
        touch("case_opened", 1, case_id="K2"),
        touch("complaint", 2, product="tea"),
        asked(3, "K1"),
        asked(3, "K2"),
    )
    story.wait_until(30 * DAY_MS)
    missed = {
        (alert.case_id, alert.product)
        for alert in story.said
        if isinstance(alert, Alert) and alert.rule == "sla.missed" and alert.case_id
    }
    assert missed == {("K1", "kettle"), ("K2", None)}


def test_a_churn_risk_is_about_the_product_of_the_latest_dealing() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled", product="membership"),
        touch("page_viewed", HOUR_MS, product="tea"),
        touch("complaint", 2 * HOUR_MS, product="kettle"),
        answered(3 * HOUR_MS, product="router"),
        case("opened", 4 * HOUR_MS),
    )
    assert set(about(story, "churn_risk")) == {"kettle"}


def test_a_promise_to_care_is_about_what_was_complained_of() -> None:
    care = Promise("loop_contact", HOUR_MS, ALWAYS)
    policy = Policy(promises=Promises("test", (Rule("care", promises={"loop_contact": care}),)))
    story = Story(policy).tell(touch("complaint", 0, product="kettle"))
    story.wait_until(30 * DAY_MS)
    assert set(about(story, "sla.missed")) == {"kettle"}
