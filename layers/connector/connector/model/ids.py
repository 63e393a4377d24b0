"""What connections, flows, runs and records go by, as texts of their own types."""

type ConnectionId = str
"""Begins the key of all that is kept for one connection."""

type FlowName = str
"""The name of a flow, verb and plural, such as `push_invoices`."""

type RunId = str
"""The name of a run, which sorts by its time (UTC)."""

type MobiWorkId = str
"""The id of a record in MobiWork."""

type QuickBooksId = str
"""The id of a record in QuickBooks; of a piece, with its own ending."""

type RecordId = MobiWorkId | QuickBooksId
"""The id of a record in the source of its flow."""
