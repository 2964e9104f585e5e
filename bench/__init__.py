"""The benchmark behind `make bench`: one topic, three contestants in turn, recovery, memory."""
