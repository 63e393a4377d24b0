"""The part of docs/sandbox-checklist.md that a machine can answer: it reads, and never writes."""
