#!/usr/bin/env python3
"""Synchronous publishes where both servers sync before each acknowledgement.

    bench/sync_always.py ../shared/sidebyside/sidebyside.py --peer nats-server --ours ./frond --rounds 3

Takes the rows from the script named first, which does the measuring, and gives both servers
`sync_interval: always`: Frond's default, and for nats-server what gives the same durability.
"""
import importlib.util
import re
import sys

spec = importlib.util.spec_from_file_location("sidebyside", sys.argv.pop(1))
side = importlib.util.module_from_spec(spec)
spec.loader.exec_module(side)


def always(argv, directory):
    """One server, as the rows have it, that syncs each message."""

    class Always(side.Server):
        def __init__(self, argv, name, conf, *rest):
            super().__init__(argv, name, re.sub(r"jetstream \{", "jetstream { sync_interval: always,", conf), *rest)

    plain, side.Server = side.Server, Always
    try:
        return side.single(argv, directory)
    finally:
        side.Server = plain


side.SCENARIOS = [
    (name + ", synced", always, messages, steps)
    for name, topology, messages, steps in side.SCENARIOS
    if topology is side.single and re.search("publish sync|kv put", name)
]
side.main()
