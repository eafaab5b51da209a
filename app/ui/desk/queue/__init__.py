"""The queue: views, the list of tickets, a preview of the chosen one."""
