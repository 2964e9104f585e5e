"""Where the Alertmanagers of a cluster are, and who we are there."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from streams.errors import ConfigurationError


@dataclass(frozen=True)
class Access:
    """HTTP's basic login, or a bearer token instead.

    `ca` is a PEM file of who signs the certificates, else the system's authorities count.

    >>> Access(user="cx", password="secret").headers
    {'Authorization': 'Basic Y3g6c2VjcmV0'}
    >>> Access(user="cx", password="secret")
    Access(user='cx', ca=None)
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    ca: Path | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """What says who we are; raises ConfigurationError where login and token are both given."""
        if self.user is not None and self.token is not None:
            raise ConfigurationError(
                "give a login or a token for Alertmanager (CX_ALERTMANAGER_USER, "
                "CX_ALERTMANAGER_TOKEN), not both"
            )
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}"}
        if self.user is not None:
            login = f"{self.user}:{self.password or ''}".encode()
            return {"Authorization": f"Basic {b64encode(login).decode()}"}
        return {}


def checked(url: str) -> str:
    """A base URL without a slash at its end; raises ConfigurationError for what is none.

    >>> checked("http://alertmanager:9093/ "), checked("https://watch.example.com/alertmanager")
    ('http://alertmanager:9093', 'https://watch.example.com/alertmanager')
    >>> checked("alertmanager:9093")
    Traceback (most recent call last):
    ...
    streams.errors.ConfigurationError: Alertmanager alertmanager:9093: give an http or https URL \
(CX_ALERTMANAGER)
    """
    url = url.strip().rstrip("/")
    if "@" in urlsplit(url).netloc:
        raise ConfigurationError(
            "CX_ALERTMANAGER has a name or password in it; give them as CX_ALERTMANAGER_USER and "
            "CX_ALERTMANAGER_PASSWORD"
        )
    if not _is_web(url):
        raise ConfigurationError(f"Alertmanager {url}: give an http or https URL (CX_ALERTMANAGER)")
    return url


def _is_web(url: str) -> bool:
    try:
        place = urlsplit(url)
        return place.scheme in {"http", "https"} and bool(place.hostname) and place.port != 0
    except ValueError:  # a port that is no number
        return False
