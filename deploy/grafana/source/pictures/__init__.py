"""Pictures of the dashboards for the documentation: the committed JSON, drawn from real data.

No Grafana is asked: matplotlib draws what the panels' own queries answer, by their own titles,
units, thresholds and names.
"""
