"""What is kept, in one DynamoDB table; rows, keys and conditions are built here only."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
