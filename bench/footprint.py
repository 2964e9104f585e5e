"""What a stream of touchpoints leaves on a broker's disks, topic by topic."""

from kafka import KafkaAdminClient

from streams.adapters.topics.observed import observe


def bytes_an_event(bootstrap: str, prefix: str, events: int) -> dict[str, float]:
    """Bytes on disk for each touchpoint, of one copy, by topic; compaction is yet to come.

    Topics under the prefix are told by the rest of their names; those that are empty are left out.
    """
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        names = [name for name in admin.list_topics() if name.startswith(prefix)]
        found = observe(admin, names).topics
    finally:
        admin.close()
    return {
        name.removeprefix(prefix): held / events
        for name in sorted(found)
        if name.startswith(prefix) and (held := found[name].size_bytes)
    }
