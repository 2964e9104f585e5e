"""What Prometheus sees: the customers' experience, the worker's health, the partitions owned.

Labels are bounded and never name a customer, a case or an agent.
"""

from streams.adapters.instruments.assignment import AssignmentCollector
from streams.adapters.instruments.experience import ExperienceCollector
from streams.adapters.instruments.instruments import Instruments

__all__ = ["AssignmentCollector", "ExperienceCollector", "Instruments"]
