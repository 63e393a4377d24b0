"""What people and webhooks call."""
