#!/usr/bin/env python3
"""Follows kills over the event stream (SSE), and goes on where it stopped.

    python3 sse.py [SERVER [POSITION_FILE [FILTER=VALUE ...]]]
    python3 sse.py http://127.0.0.1:4004 last-seq min_value=100m npc=false

Only Python's standard library is used.
"""

import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:4004"
POSITION = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "last-seq")
FILTERS = [tuple(given.split("=", 1)) for given in sys.argv[3:]]

# The server sends something every ten seconds; after this long without, the connection is dead.
SILENCE = 35


def load():
    """The last position, or None the first time."""
    return POSITION.read_text().strip() if POSITION.exists() else None


def save(seq):
    # Written beside the file and moved over it, so that a crash leaves the old or the new one.
    beside = POSITION.with_name(POSITION.name + ".new")
    beside.write_text(seq)
    os.replace(beside, POSITION)


def blocks(lines):
    """The events of a stream: (id, kind, data), each of them None where the event has none."""
    id = kind = data = None
    for line in lines:
        line = line.decode().rstrip("\r\n")
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            yield id, kind, data
            id = kind = data = None
        elif field == "id":
            id = value
        elif field == "event":
            kind = value
        elif field == "data":
            data = value if data is None else data + "\n" + value
        # Comments (": ping") have an empty field. They only keep the connection open.


def show(seq, killmail):
    system = killmail.get("solar_system_name", killmail["solar_system_id"])
    print(seq, killmail["killmail_id"], system, killmail.get("total_value", "-"), flush=True)


def follow():
    """One connection, until it breaks."""
    url = f"{SERVER}/api/v1/kills/stream?{urllib.parse.urlencode(FILTERS)}"
    request = urllib.request.Request(url, headers={"Accept": "text/event-stream"})
    if (seq := load()) is not None:
        request.add_header("Last-Event-ID", seq)
    if token := os.environ.get("KILLWIRE_TOKEN"):
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=SILENCE) as stream:
        for seq, kind, data in blocks(stream):
            if kind == "gap":
                print("missed: the server no longer keeps some events:", data, file=sys.stderr)
            elif data is not None:
                show(seq, json.loads(data))
            # Events without data move the position, too: past what the filter did not want.
            if seq is not None:
                save(seq)


def main():
    while True:
        try:
            follow()
            print("the server ended the stream; connecting again", file=sys.stderr)
        except urllib.error.HTTPError as error:
            # 4xx: the server does not want what we ask for, and says why. 429 and 5xx pass.
            if error.code < 500 and error.code != 429:
                sys.exit(error.read().decode())
            print(error, file=sys.stderr)
        except OSError as error:  # refused, reset, timed out
            print(error, file=sys.stderr)
        time.sleep(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
