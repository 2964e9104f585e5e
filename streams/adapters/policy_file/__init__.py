"""Policy files: what a company promises to whom, in TOML, read and checked against itself.

`read_policy` is the way in; every mistake is one line with its place and its mend.
"""

from streams.adapters.policy_file.areas import Area, areas
from streams.adapters.policy_file.durations import spelled
from streams.adapters.policy_file.policy_file import PolicyFile, read_policy
from streams.adapters.policy_file.selection import ANY_OTHER_KIND, SLUG
from streams.adapters.policy_file.zones import zone_named

__all__ = [
    "ANY_OTHER_KIND",
    "SLUG",
    "Area",
    "PolicyFile",
    "areas",
    "read_policy",
    "spelled",
    "zone_named",
]
