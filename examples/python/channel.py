#!/usr/bin/env python3
"""Follows kills over a Phoenix channel, and goes on where it stopped.

    pip install websockets
    python3 channel.py [SERVER [POSITION_FILE [FILTER=VALUE ...]]]
    python3 channel.py http://127.0.0.1:4004 last-seq min_value=100m npc=false
"""

import json
import os
import pathlib
import sys
import time
import urllib.parse

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:4004"
POSITION = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "last-seq")
FILTERS = [tuple(given.split("=", 1)) for given in sys.argv[3:]]

TOPIC = "killmails:stream"
JOIN = "1"
# A connection on which the client says nothing for a minute is closed.
HEARTBEAT = 30


def load():
    """The last position, or None the first time."""
    return int(POSITION.read_text()) if POSITION.exists() else None


def save(seq):
    # Written beside the file and moved over it, so that a crash leaves the old or the new one.
    beside = POSITION.with_name(POSITION.name + ".new")
    beside.write_text(str(seq))
    os.replace(beside, POSITION)


def show(seq, killmail):
    system = killmail.get("solar_system_name", killmail["solar_system_id"])
    print(seq, killmail["killmail_id"], system, killmail.get("total_value", "-"), flush=True)


def join_payload():
    # Values with commas are lists: systems=30000142,30002187.
    payload = {name: value.split(",") for name, value in FILTERS}
    if (seq := load()) is not None:
        payload["resume_from"] = seq
    return payload


def messages(socket):
    """What the server sends; keeps the connection open meanwhile."""
    next_beat = time.monotonic() + HEARTBEAT
    while True:
        try:
            yield json.loads(socket.recv(timeout=max(0, next_beat - time.monotonic())))
        except TimeoutError:
            pass
        if time.monotonic() >= next_beat:
            socket.send(json.dumps([None, "beat", "phoenix", "heartbeat", {}]))
            next_beat = time.monotonic() + HEARTBEAT


def follow():
    """One connection, until it breaks."""
    query = {"vsn": "2.0.0"}
    if token := os.environ.get("KILLWIRE_TOKEN"):
        query["token"] = token
    # http becomes ws, and https wss.
    url = f"ws{SERVER.removeprefix('http')}/socket/websocket?{urllib.parse.urlencode(query)}"
    with connect(url, max_size=64 << 20) as socket:
        # A message is [join_ref, ref, topic, event, payload].
        socket.send(json.dumps([JOIN, "join", TOPIC, "phx_join", join_payload()]))
        for _, ref, _, event, payload in messages(socket):
            if event == "new_killmail":
                show(payload["seq"], payload["killmail"])
                save(payload["seq"])
            elif event == "gap":
                print("missed: the server no longer keeps some events:", payload, file=sys.stderr)
                save(payload["oldest"] - 1)
            elif ref == "join" and payload["status"] == "error":
                sys.exit(f"refused: {payload['response']}")
            elif ref == "join":
                # Where we stand before the first kill comes.
                save(payload["response"]["seq"])
            elif event in ("phx_close", "phx_error"):
                return


def main():
    while True:
        try:
            follow()
        except (ConnectionClosed, InvalidHandshake, OSError) as error:
            print(f"{error}; connecting again", file=sys.stderr)
        time.sleep(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
