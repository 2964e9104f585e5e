"""What programs beside ours may rely on: topics, records, headers, guarantees, as AsyncAPI 3.0.

Everything is made of the topics' plans, the schemas and the deployment; nothing is listed twice.
"""

from streams.contracts.document import document
from streams.contracts.site import Site
from streams.contracts.text import as_json, as_yaml

__all__ = ["Site", "as_json", "as_yaml", "document"]
