"""The state of an account: tables, indexes, sorted views, and a clock."""
