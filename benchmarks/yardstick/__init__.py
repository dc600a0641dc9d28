"""The mock beside others, and beside a server that says hello: requests per second of server time, start, memory."""
