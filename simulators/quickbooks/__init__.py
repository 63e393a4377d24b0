"""A QuickBooks Online company on this machine: the accounting API, OAuth, webhooks and limits."""
