"""The agent of the pager: alerts in; common causes out, and what people are told."""

from streams.engine.app import EngineApp, Slices


def follow_alerts(app: EngineApp, topic: str) -> None:
    """Register the agent that follows the topic on which all alerts come together."""

    @app.follow(topic)
    async def alerts(slices: Slices) -> None:
        async for part, partition in slices:
            decoded = await partition.decode(part)
            advanced = partition.advance(part.topic, decoded)
            partition.publish(part, decoded, advanced)
