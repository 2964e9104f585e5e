"""Every fault there is: importing this makes them known."""

from tests.faults import (
    broker_faults,
    clock_faults,
    input_faults,
    network_faults,
    worker_faults,
)

FILES = (worker_faults, broker_faults, network_faults, input_faults, clock_faults)
