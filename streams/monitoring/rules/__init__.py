"""Prometheus rules made of a policy: recording rules, and alerts that each name a runbook.

Plain data in, plain dicts and text out; `rule_files` is the way in.
"""

from streams.monitoring.rules.files import rule_files
from streams.monitoring.rules.manifest import manifest
from streams.monitoring.rules.rule import Links
from streams.monitoring.rules.text import as_yaml

__all__ = ["Links", "as_yaml", "manifest", "rule_files"]
