"""The main agent: touchpoints in; state, alerts, transitions, measurements and dead letters out."""

from streams.engine.app import EngineApp, Slices


def follow_touchpoints(app: EngineApp, topic: str) -> None:
    """Register the agent that follows the customers of a touchpoint topic."""

    @app.follow(topic)
    async def touchpoints(slices: Slices) -> None:
        async for part, partition in slices:
            decoded = await partition.decode(part)
            advanced = partition.advance(part.topic, decoded)
            partition.publish(part, decoded, advanced)
