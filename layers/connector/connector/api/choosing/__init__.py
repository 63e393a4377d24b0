"""The settings of a connection as people see and change them."""
