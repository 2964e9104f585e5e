"""Grafana's dashboards as code: one module a dashboard, and what they share.

`python -m deploy.grafana.source` writes them as JSON, with `--check` it compares.
"""
