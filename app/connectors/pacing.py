"""The pace of tries, as connectors name it; the values themselves are ``app.base.pacing``'s."""

from app.base.pacing import Backoff, Breaker, TokenBucket

__all__ = ["Backoff", "Breaker", "TokenBucket"]
