"""cx-streams: follows every customer's journey live, and tells people while it still helps."""
