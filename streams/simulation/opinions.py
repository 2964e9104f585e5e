"""Surveys and what customers say in public: answers lean on the hidden satisfaction."""

from streams.simulation.case import Case
from streams.simulation.person import Person
from streams.simulation.phrases import COMPLAINING, PRAISING
from streams.simulation.plan import DAY, HOUR, MINUTE
from streams.simulation.world import Details, World

SCALES = {"ces2": (1, 7), "ces1": (1, 5), "csat": (1, 5), "nps": (0, 10)}
LOW_IS_GOOD = frozenset({"ces1"})
NOISE = 0.12


def answer(survey: str, satisfaction: float, noise: float) -> int:
    """The score of someone of this satisfaction, on the survey's own scale.

    >>> [answer("nps", satisfaction, 0.0) for satisfaction in (0.0, 0.5, 1.0)]
    [0, 6, 10]
    >>> answer("ces1", 1.0, 0.0)
    1
    """
    low, high = SCALES[survey]
    felt = float(min(1.0, max(0.0, satisfaction + noise)) ** 0.75)
    if survey in LOW_IS_GOOD:
        felt = 1.0 - felt
    return low + round(felt * (high - low))


def answers(satisfaction: float) -> float:
    """Probability to answer at all: the delighted and the angry have more to say.

    >>> answers(0.5) < min(answers(0.05), answers(0.98))
    True
    """
    return 0.14 + 0.9 * (satisfaction - 0.5) ** 2


class Opinions:
    """Asks for scores and lets people speak."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def ask_about_case(self, at: int, case: Case) -> None:
        """After a resolution: effort mostly, satisfaction sometimes, the old scale by phone."""
        chance = self._world.rng.random()
        survey = "ces2" if chance < 0.6 else "csat"
        if case.channel == "phone" and chance < 0.15:
            survey = "ces1"
        self._invite(at, case.owner, survey, case.channel, case)

    def ask_about_delivery(self, at: int, person: Person) -> None:
        """After a parcel: satisfaction."""
        self._invite(at, person, "csat", "email", None)

    def ask_about_us(self, at: int, person: Person) -> None:
        """Every two months or so: would they recommend us? Those who did leave aren't asked."""
        if person.left_at is not None:
            return
        self._invite(at, person, "nps", "email", None)
        self._world.agenda.plan(
            at + self._world.rng.uniform(45, 75) * DAY, self.ask_about_us, person
        )

    def _invite(
        self, at: int, person: Person, survey: str, channel: str, case: Case | None
    ) -> None:
        rng = self._world.rng
        if rng.random() < answers(person.satisfaction):
            due = at + rng.expovariate(1.0) * 3 * HOUR + MINUTE
            self._world.agenda.plan(due, self._answered, person, survey, channel, case)

    def _answered(
        self, at: int, person: Person, survey: str, channel: str, case: Case | None
    ) -> None:
        low, high = SCALES[survey]
        score = answer(survey, person.satisfaction, self._world.rng.gauss(0.0, NOISE))
        self._world.tell(
            at,
            person,
            "survey_answered",
            channel,
            case_id=case.case_id if case else None,
            survey=survey,
            score=float(score),
            scale_min=low,
            scale_max=high,
        )

    def complain(self, at: int, person: Person, topic: str, case: Case | None) -> None:
        """A formal complaint; some also take it to social media."""
        person.complained = True
        text = self._world.rng.choice(COMPLAINING[person.language])
        channel = case.channel if case else person.contact_channel
        said: Details = {"text": text, "reason": topic}
        if case is not None:
            said["case_id"], said["product"] = case.case_id, case.product
        self._world.tell(at, person, "complaint", channel, **said)
        if self._world.rng.random() < 0.25:
            self._world.agenda.plan(self._world.later(at, 6 * HOUR), self._mention, person)

    def speak(self, at: int, person: Person, product: str | None) -> None:
        """A review, and from the delighted a recommendation to a friend."""
        happy = person.satisfaction
        text = self._world.rng.choice((PRAISING if happy > 0.5 else COMPLAINING)[person.language])
        stars = float(answer("csat", happy, self._world.rng.gauss(0.0, NOISE)))
        self._world.tell(
            at,
            person,
            "review",
            "web",
            product=product,
            score=stars,
            scale_min=1,
            scale_max=5,
            text=text,
        )
        if happy > 0.75 and self._world.rng.random() < 0.4:
            self._world.tell(at, person, "referral", "app")
        elif happy > 0.9:
            self._mention(at, person)

    def _mention(self, at: int, person: Person) -> None:
        happy = person.satisfaction > 0.5
        text = self._world.rng.choice((PRAISING if happy else COMPLAINING)[person.language])
        self._world.tell(at, person, "social_mention", "social", text=text)
