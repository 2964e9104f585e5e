"""How many workers, partitions and disks a company needs: formulas over measured figures."""

from streams.sizing.demand import Demand
from streams.sizing.measured import MEASURED, Measured
from streams.sizing.plan import Plan, size

__all__ = ["MEASURED", "Demand", "Measured", "Plan", "size"]
