//! Profiles and conditions as people read them.

use jiff::Timestamp;
use serde_json::Value;

use crate::command::owner;
use crate::output;

/// How much of a condition a list shows.
const SHOWN: usize = 60;

/// What a condition means.
pub(super) fn condition(checked: &Value) {
    let text = words(&checked["text"]);
    let canonical = words(&checked["canonical"]);
    output::line(text);
    if canonical != text {
        output::line("\nThe same, simplified, in the order in which it is looked at:");
        output::line(indented(canonical));
    }
    plan(checked);
    warnings(checked);
}

/// What is odd about a condition, beside it.
fn warnings(checked: &Value) {
    for warning in checked["warnings"].as_array().into_iter().flatten() {
        output::remark(format_args!("warning: {}", words(warning)));
    }
}

/// By what a condition is found.
pub(super) fn plan(checked: &Value) {
    let plan = checked["plan"].as_array().map_or(&[][..], Vec::as_slice);
    if plan.is_empty() {
        return;
    }
    output::line("\nFound by:");
    for way in plan {
        output::line(indented(words(way)));
    }
}

/// An imported condition: alone on standard output, so that it can be kept in a file.
pub(super) fn imported(imported: &Value) {
    output::line(words(&imported["text"]));
    notes(imported);
    warnings(imported);
}

/// What is understood differently from where it was imported.
pub(super) fn notes(imported: &Value) {
    if let Some(name) = imported["name"].as_str() {
        output::remark(format_args!("It was called {name:?}."));
    }
    for note in imported["notes"].as_array().into_iter().flatten() {
        output::remark(format_args!("note: {}", words(note)));
    }
}

/// All profiles.
pub(super) fn list(listed: &Value) {
    let profiles = listed["profiles"].as_array().map_or(&[][..], Vec::as_slice);
    if profiles.is_empty() {
        output::line("There are no profiles. `killwire profile create NAME FILE` makes one.");
        return;
    }
    let headings = ["ID", "NAME", "STATE", "OWNER", "CONDITION"];
    let mut table = vec![headings.map(str::to_owned).to_vec()];
    table.extend(profiles.iter().map(|profile| {
        vec![
            profile["id"].to_string(),
            words(&profile["name"]).to_owned(),
            in_force(profile).to_owned(),
            owner::shown(profile),
            shortened(words(&profile["text"])),
        ]
    }));
    output::table(&table);
    for profile in profiles {
        if let Some(fault) = profile["fault"].as_str() {
            output::remark(format_args!("profile {}: {fault}", profile["id"]));
        }
    }
}

/// One profile.
pub(super) fn profile(profile: &Value) {
    state(profile);
    output::line(format_args!(
        "version {}, of {}, made {}, changed {}",
        profile["version"],
        owner::shown(profile),
        minute(&profile["created_at"]),
        minute(&profile["changed_at"]),
    ));
    output::line("");
    output::line(words(&profile["condition"]["text"]));
    plan(profile);
    warnings(profile);
}

/// A profile that was just made, or has another condition.
pub(super) fn changed(profile: &Value) {
    state(profile);
    plan(profile);
    warnings(profile);
}

/// Whether a profile looks for something.
pub(super) fn state(profile: &Value) {
    let does = match (profile["fault"].as_str(), profile["enabled"] == true) {
        (Some(fault), true) => format!("cannot be put in force: {fault}"),
        (_, true) => "is in force".to_owned(),
        (Some(fault), false) => format!("rests; it could not be put in force: {fault}"),
        (None, false) => "rests".to_owned(),
    };
    output::line(format_args!(
        "Profile {}, {}, {does}",
        profile["id"],
        quoted(&profile["name"])
    ));
}

fn in_force(profile: &Value) -> &'static str {
    match (&profile["fault"], profile["enabled"] == true) {
        (_, false) => "rests",
        (Value::Null, true) => "in force",
        (_, true) => "broken",
    }
}

/// A name in quotation marks.
pub(super) fn quoted(name: &Value) -> String {
    format!("{:?}", words(name))
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// A condition on one line, its beginning.
fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut line = lines.join(" ");
    for (broken, whole) in [
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        ("{ ", "{"),
        (" }", "}"),
    ] {
        line = line.replace(broken, whole);
    }
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn minute(moment: &Value) -> String {
    let moment = words(moment).parse::<Timestamp>().unwrap_or_default();
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_the_beginning_of_a_condition_on_one_line() {
        assert_eq!(
            shortened("(\n  a\n  and b\n)\nor c in [\n  1, 2\n]"),
            "(a and b) or c in [1, 2]"
        );
        let long = "ä".repeat(80);
        assert_eq!(shortened(&long), format!("{}…", "ä".repeat(60)));
    }
}
