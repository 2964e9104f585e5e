"""All rule files of a policy."""

from typing import Any

from streams.domain.policy.promises import Promises
from streams.monitoring.rules.health import health
from streams.monitoring.rules.recording import recording
from streams.monitoring.rules.rule import Links
from streams.monitoring.rules.slo import slo
from streams.monitoring.rules.surveys import surveys


def rule_files(promises: Promises, links: Links | None = None) -> dict[str, dict[str, Any]]:
    """Each file's name and content, as Prometheus reads it.

    >>> from streams.domain.policy.default_promises import default_promises
    >>> [*rule_files(default_promises())]
    ['recording.yml', 'slo.yml', 'surveys.yml', 'health.yml']
    """
    links = Links() if links is None else links
    return {
        "recording.yml": {"groups": recording(promises.objectives)},
        "slo.yml": {"groups": slo(promises, links)},
        "surveys.yml": {"groups": surveys(promises.objectives, links)},
        "health.yml": {"groups": health(links)},
    }
