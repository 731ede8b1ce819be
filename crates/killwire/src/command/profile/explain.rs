//! `killwire profile explain`: a condition part by part, as a tree.

use serde::Deserialize;
use serde_json::Value;

use super::show;
use crate::kill_line::{Colour, Colours, GOOD, QUIET, UNSURE, WARNING, printable};
use crate::output;

/// What became of one part.
#[derive(Debug, Deserialize)]
struct Part {
    condition: String,
    truth: String,
    #[serde(default)]
    saw: Option<String>,
    #[serde(default)]
    parts: Vec<Part>,
}

pub(super) fn show(explained: &Value, plan: bool) {
    let colours = Colours::of_standard_output();
    let Ok(root) = serde_json::from_value::<Part>(explained["explanation"].clone()) else {
        return output::json(explained);
    };
    output::line(verdict(&root.truth, &explained["killmail_id"]));
    output::line("");
    for line in tree(&root, colours) {
        output::line(line);
    }
    if plan {
        show::plan(explained);
    }
}

fn verdict(truth: &str, killmail: &Value) -> String {
    match truth {
        "true" => format!("Killmail {killmail} matches."),
        "unknown" => format!(
            "Killmail {killmail} does not match: nobody can tell, something is not known (?)."
        ),
        _ => format!("Killmail {killmail} does not match."),
    }
}

/// A line for each part.
fn tree(root: &Part, colours: Colours) -> Vec<String> {
    let mut lines = Vec::new();
    branch(root, "", "", colours, &mut lines);
    lines
}

/// A part behind `before`, its own parts behind `below`.
fn branch(part: &Part, before: &str, below: &str, colours: Colours, lines: &mut Vec<String>) {
    let mut line = before.to_owned();
    let (mark, colour) = mark(&part.truth);
    colours.put(&mut line, mark, Some(colour));
    line.push(' ');
    line.push_str(&head(part));
    if let Some(saw) = &part.saw {
        line.push_str("  ");
        colours.put(&mut line, &format!("→ {}", printable(saw)), Some(QUIET));
    }
    lines.push(line);
    let last = part.parts.len().saturating_sub(1);
    for (place, inner) in part.parts.iter().enumerate() {
        let (own, further) = if place == last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let (before, after) = (format!("{below}{own}"), format!("{below}{further}"));
        branch(inner, &before, &after, colours, lines);
    }
}

/// The longest condition that is shown whole.
const SHOWN: usize = 160;

/// What the part says; what its own parts say stands with them.
fn head(part: &Part) -> String {
    let condition = printable(&part.condition);
    match condition.split_once('{') {
        Some((head, _)) if !part.parts.is_empty() => return format!("{head}{{…}}"),
        _ => {}
    }
    match condition.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", condition.get(..end).unwrap_or_default()),
        None => condition,
    }
}

fn mark(truth: &str) -> (&'static str, Colour) {
    match truth {
        "true" => ("✓", GOOD),
        "unknown" => ("?", UNSURE),
        _ => ("✗", WARNING),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_mark_and_what_it_saw() {
        let root: Part = serde_json::from_value(serde_json::json!({
            "condition": "or", "truth": "false", "parts": [
                { "condition": "and", "truth": "unknown", "parts": [
                    { "condition": "attackers any {ship.group = \"Titan\" and not corporation = 98000001}",
                      "truth": "true", "saw": "1 of 2 attackers fit; attacker character 91 in Avatar (11567)",
                      "parts": [
                        { "condition": "ship.group = \"Titan\"", "truth": "true", "saw": "Titan (30)" },
                        { "condition": "not corporation = 98000001", "truth": "true", "saw": "98000002" },
                      ] },
                    { "condition": "system in chain \"home\"", "truth": "unknown",
                      "saw": "Tama (30002813); the map is not known" },
                ] },
                { "condition": "value >= 5b", "truth": "false", "saw": "1.23b" },
            ],
        }))
        .unwrap();
        insta::assert_snapshot!(tree(&root, Colours::None).join("\n"), @r#"
        ✗ or
        ├─ ? and
        │  ├─ ✓ attackers any {…}  → 1 of 2 attackers fit; attacker character 91 in Avatar (11567)
        │  │  ├─ ✓ ship.group = "Titan"  → Titan (30)
        │  │  └─ ✓ not corporation = 98000001  → 98000002
        │  └─ ? system in chain "home"  → Tama (30002813); the map is not known
        └─ ✗ value >= 5b  → 1.23b
        "#);
    }

    #[test]
    fn names_from_outside_do_not_command_the_terminal() {
        let part: Part = serde_json::from_value(serde_json::json!({
            "condition": "character = \"\u{1b}[2J\"", "truth": "true", "saw": "\u{1b}]0;x",
        }))
        .unwrap();
        let lines = tree(&part, Colours::None).join("\n");
        assert!(!lines.contains('\u{1b}'), "{lines:?}");
    }
}
