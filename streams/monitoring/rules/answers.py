"""Answers to surveys as they are counted: by channel, by tier, and all together."""

from typing import Final, NamedTuple

from streams.monitoring.rules.windows import Counted


class Answers(NamedTuple):
    """Answers under one cut; `label` is what tells them apart, besides job and survey.

    >>> BY_CHANNEL.responses.increase("5m")
    'job_survey_channel:cx_survey_responses:increase5m'
    """

    metric: str
    label: str = ""

    @property
    def level(self) -> str:
        """The labels that are left of them."""
        return f"job_survey_{self.label}" if self.label else "job_survey"

    @property
    def responses(self) -> Counted:
        """All of them."""
        return Counted(self.level, f"{self.metric}_responses")

    @property
    def top(self) -> Counted:
        """Those in the top box."""
        return Counted(self.level, f"{self.metric}_top_box")

    @property
    def bottom(self) -> Counted:
        """Those in the bottom box."""
        return Counted(self.level, f"{self.metric}_bottom_box")

    @property
    def counted(self) -> tuple[Counted, Counted, Counted]:
        """All three."""
        return self.responses, self.top, self.bottom


BY_CHANNEL: Final = Answers("cx_survey", "channel")
BY_TIER: Final = Answers("cx_tier_survey", "tier")
ALL: Final = Answers("cx_survey")
CUTS: Final = (BY_CHANNEL, BY_TIER)
"""Those that the workers count; all together are the sum over channels."""

SOMEWHERE: Final = (
    "{{ if $labels.channel }}on {{ $labels.channel }}{{ else }}in tier {{ $labels.tier }}{{ end }}"
)
"""The cut in words, in an annotation."""
