"""How much may be posted: a token bucket."""


class TokenBucket:
    """`rate` tokens a second drip into a bucket that holds `burst`; what is posted takes some out.

    Times are seconds of any clock that doesn't jump. What is more than the bucket holds may be
    taken as soon as it is full: the rest is owed, and the next has to wait for it.

    >>> bucket = TokenBucket(rate=10.0, burst=20.0, now=0.0)
    >>> bucket.take(20, now=0.0), bucket.take(5, now=0.0), bucket.take(5, now=0.5)
    (0.0, 0.5, 0.0)
    """

    def __init__(self, rate: float, burst: float, now: float) -> None:
        assert rate > 0 < burst
        self.rate, self._burst = rate, burst
        self._tokens, self._at = burst, now

    def take(self, count: float, now: float) -> float:
        """0 if the tokens were there and are taken, else the seconds until they will be."""
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self.rate)
            self._at = now
        missing = min(count, self._burst) - self._tokens
        if missing > 1e-6:  # less is what sums of floats leave
            return missing / self.rate
        self._tokens -= count
        return 0.0
