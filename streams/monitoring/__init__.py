"""What watches a deployment, written as code: rules for Prometheus."""
