// Follows kills over a Phoenix channel with the official client, and goes on where it stopped.
//
//   npm install
//   node channel.mjs [SERVER [POSITION_FILE [FILTER=VALUE ...]]]
//   node channel.mjs http://127.0.0.1:4004 last-seq min_value=100m npc=false
//
// In a browser `phoenix` is enough. Node.js has a WebSocket of its own from version 22 on; for older
// ones this takes the package `ws`.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Socket } from "phoenix";

const [server = "http://127.0.0.1:4004", position = "last-seq", ...filters] = process.argv.slice(2);

const load = () => (existsSync(position) ? Number(readFileSync(position, "utf8")) : undefined);

const save = (seq) => {
  // Written beside the file and moved over it, so that a crash leaves the old or the new one.
  writeFileSync(`${position}.new`, String(seq));
  renameSync(`${position}.new`, position);
};

const show = (seq, killmail) => {
  const system = killmail.solar_system_name ?? killmail.solar_system_id;
  console.log(`${seq} ${killmail.killmail_id} ${system} ${killmail.total_value ?? "-"}`);
};

const socket = new Socket(`${server.replace(/^http/, "ws")}/socket`, {
  transport: globalThis.WebSocket ?? (await import("ws")).WebSocket,
  params: process.env.KILLWIRE_TOKEN ? { token: process.env.KILLWIRE_TOKEN } : {},
});

// The client joins again by itself after each interruption. It asks this function for the payload
// every time, so that each join resumes from where the one before ended.
const joinPayload = () => {
  const payload = Object.fromEntries(
    filters.map((filter) => {
      const [name, value] = filter.split(/=(.*)/s);
      return [name, value.split(",")]; // systems=30000142,30002187 is a list
    }),
  );
  return { ...payload, resume_from: load() };
};

const channel = socket.channel("killmails:stream", joinPayload);

channel.on("new_killmail", ({ seq, killmail }) => {
  show(seq, killmail);
  save(seq);
});

channel.on("gap", ({ after, oldest }) => {
  console.error(`missed: the server no longer keeps events ${after + 1} to ${oldest - 1}`);
  save(oldest - 1);
});

socket.onError(() => console.error("the connection failed; connecting again"));
socket.connect();

channel
  .join()
  .receive("ok", ({ seq }) => save(seq)) // where we stand before the first kill comes
  .receive("error", (response) => {
    console.error("refused:", response);
    process.exit(1);
  });
