//! What the command line says and refuses.

use crate::program::run;

#[test]
fn the_help_names_every_command_and_the_first_steps() {
    let home = tempfile::tempdir().unwrap();
    let help = run(home.path(), &["--help"]);
    assert_eq!(help.code, 0);
    insta::assert_snapshot!(help.out, @r#"
    A self-hosted killmail service for EVE Online.

    Killwire follows zKillboard's live feed, keeps every killmail in one ordered, durable log, and
    serves it over HTTP to maps, bots and scripts that resume exactly where they stopped.

    Usage: killwire [OPTIONS] <COMMAND>

    Commands:
      serve        Follow the live feed and serve it
      demo         Show everything at work, without network, account or configuration
      tail         Watch kills in the terminal as they happen
      profile      Say what you look for in the feed, try it on the past, see what it finds and why
      list         Keep lists (blues, watch lists, home systems) that profiles use by name
      sim          Play every upstream on loopback, for tests
      replay       Take in killmails from files
      config       Show the configuration, or check it
      doctor       Check this machine: folder, database, disk, clock, network
      quarantine   Look at entries that were not killmails, and try them again
      gaps         Look at feed numbers that were skipped, and repair them
      sde          Import CCP's static data, or see which build is in use
      lookup       Say what a name or an id means
      price        Say what a type costs, by which source and when
      value        Value a stored killmail, line by line
      token        Make, list and revoke the tokens that clients show
      backup       Copy the whole database into a new file
      completions  Print a completion script for a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
          --config <FILE>
              Read this configuration file, and no other (also KILLWIRE_CONFIG)

          --data-dir <DIR>
              Keep everything in this folder; made if absent

          --json
              Answer in JSON

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    First steps:
      killwire demo                                   everything at work, without network or account
      killwire serve --contact you@example.org        the live feed

    Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong command line.
    "#);
}

#[test]
fn the_help_of_a_command_teaches_with_examples() {
    let home = tempfile::tempdir().unwrap();
    for command in [
        "serve",
        "demo",
        "tail",
        "sim",
        "replay",
        "config",
        "doctor",
        "quarantine",
        "gaps",
        "token",
        "profile",
        "list",
        "backup",
        "completions",
    ] {
        let help = run(home.path(), &[command, "--help"]);
        assert_eq!(help.code, 0, "{command}");
        assert!(
            help.out.contains("Examples:\n  "),
            "{command}: {}",
            help.out
        );
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let home = tempfile::tempdir().unwrap();
    for line in [
        &["serev"][..],
        &["replay"],
        &["demo", "--for", "soon"],
        &["replay", "x", "--speed", "10/s"],
        &["quarantine", "retry"],
        &["token", "create"],
        &["tail", "--after", "1", "--days", "1"],
        &["tail", "--since", "today", "--days", "1"],
        &["tail", "--since", "soon"],
        &["tail", "--server", "ftp://example.org"],
        &["tail", "--system", "30000142"],
        &["profile", "test", "x", "--since", "soon"],
        &["profile", "import", "discord", "x"],
        &["list", "put", "x"],
    ] {
        let done = run(home.path(), line);
        assert_eq!(done.code, 2, "{line:?}: {}", done.err);
        assert!(!done.err.is_empty());
    }
}

#[test]
fn serve_refuses_to_start_without_a_contact_and_says_why_and_how() {
    let home = tempfile::tempdir().unwrap();
    let done = run(
        home.path(),
        &["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"],
    );
    assert_eq!(done.code, 1);
    for word in [
        "zKillboard",
        "CCP",
        "--contact",
        "KILLWIRE_CONTACT",
        "killwire demo",
    ] {
        assert!(done.err.contains(word), "{word} in {}", done.err);
    }
    assert!(
        !home.path().join("data").exists(),
        "nothing is touched before"
    );
}

#[test]
fn serve_refuses_a_contact_out_of_an_example() {
    let home = tempfile::tempdir().unwrap();
    let done = run(home.path(), &["serve", "--contact", "you@example.org"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("flag --contact"), "{}", done.err);
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let home = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = [
        "serve",
        "--contact",
        "killwire tests",
        "--data-dir",
        "data",
        "--listen",
        &address,
    ];
    let done = run(home.path(), &line);
    assert_eq!(done.code, 1);
    assert!(
        done.err.contains(&address) && done.err.contains("port 0"),
        "{}",
        done.err
    );
}

#[test]
fn completions_come_for_every_shell() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let done = run(home.path(), &["completions", shell]);
        assert_eq!(done.code, 0);
        assert!(done.out.contains("quarantine"), "{shell}");
    }
}
