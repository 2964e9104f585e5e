"""What can be wrong between two settings; each error names both and the mend."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from streams.errors import ConfigurationError

_HOST = re.compile(r"[\w.:-]+")
_UNSOUND = re.compile(r"[\s\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})")
"""What no URL holds: blanks, commands, and a percent sign that stands for nothing."""


def given(settings: BaseModel, name: str) -> bool:
    """Whether the setting has a value; none of those asked about has one by default."""
    return getattr(settings, name) is not None


def belongs(settings: BaseModel, names: Iterable[str], why: str) -> None:
    """Refuse the first of the settings that is given where it has no effect."""
    for name in names:
        if given(settings, name):
            raise ConfigurationError(f"CX_{name.upper()} {why}")


def check_pair(settings: BaseModel, one: str, other: str, hint: str = "") -> None:
    """Refuse one of the two without the other."""
    for present, absent in ((one, other), (other, one)):
        if given(settings, present) and not given(settings, absent):
            raise ConfigurationError(
                f"CX_{present.upper()} is given without CX_{absent.upper()}: set that too"
                + (f" ({hint})" if hint else "")
            )


def check_file(settings: BaseModel, name: str) -> None:
    """Refuse a path that leads to no file, or to one that we may not read."""
    path = getattr(settings, name)
    if path is not None:
        read(f"CX_{name.upper()}", path)


def check_url(settings: BaseModel, name: str) -> None:
    """Refuse what is no http or https URL; those who are sent one refuse all that is beside it."""
    url = getattr(settings, name)
    if not _is_url(url):
        raise ConfigurationError(
            f"setting {name} (CX_{name.upper()}): give an http or https URL, beginning "
            f"with its scheme, got {url!r}"
        )


def _is_url(text: str) -> bool:
    try:
        place = urlsplit(text)
        host, _ = place.hostname or "", place.port  # a port that is no number raises
    except ValueError:
        return False
    return bool(
        place.scheme in {"http", "https"} and _HOST.fullmatch(host) and not _UNSOUND.search(text)
    )


def check_secrets_filled(settings: BaseModel) -> None:
    """Refuse a secret that is there and empty: a variable that nobody filled."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and not value.get_secret_value():
            raise ConfigurationError(f"CX_{name.upper()} is empty; fill it, or take it out")


def read(setting: str, path: Path) -> str:
    """The file's text; an error names the setting that asked for it, never the content."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        what = "is not text; give a text file (PEM, not DER or PKCS#12)"
    except OSError as error:
        what = f"can't be read: {error.strerror}; name a file that this user may read"
    raise ConfigurationError(f"{setting} names {path}, which {what}")
