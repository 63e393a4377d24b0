"""What knows AWS Lambda: entry points, configuration, services, HTTP."""
