//! `killwire value`: a stored killmail, valued line by line.

use killwire_killmail::{Isk, KillmailId};

use super::configured;
use crate::cli::Global;
use crate::config::Flags;
use crate::failure::Failure;
use crate::inquiry::{Worth, WorthLine};
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, killmail_id: i64) -> Result<(), Failure> {
    let id = KillmailId::new(killmail_id).map_err(|error| Failure::Refused(error.to_string()))?;
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "value").await?;
    let worth = operator.value(id).await;
    operator.close().await;
    let Some(worth) = worth? else {
        return Err(Failure::Refused(format!(
            "killmail {id} is not stored here; `killwire replay FILE` takes killmails in"
        )));
    };
    if global.json {
        output::json(&worth);
    } else {
        tell(&worth);
    }
    Ok(())
}

fn tell(worth: &Worth) {
    let or_id = |name: &Option<String>, id: i64| name.clone().unwrap_or_else(|| id.to_string());
    output::line(format_args!(
        "{} in {}, {:.0}",
        or_id(&worth.ship_name, worth.ship_type_id.get()),
        or_id(&worth.solar_system_name, worth.solar_system_id.get()),
        worth.killmail_time
    ));
    output::line("");
    let headings = [
        "DROPPED",
        "DESTROYED",
        "EACH",
        "TOTAL",
        "SOURCE",
        "DATE",
        "WHAT",
    ];
    let mut table = vec![headings.map(str::to_owned).to_vec()];
    table.extend(worth.lines.iter().map(row));
    output::table_right(&table, 4);
    output::line("");
    sums(worth);
    if let Some(trouble) = &worth.trouble {
        output::line("");
        output::line(format_args!("Prices may be missing: {trouble}"));
    }
}

fn row(line: &WorthLine) -> Vec<String> {
    let name = line
        .name
        .clone()
        .unwrap_or_else(|| format!("type {}", line.type_id));
    let indent = "  ".repeat(usize::from(line.depth));
    vec![
        count(line.dropped),
        count(line.destroyed),
        line.unit_price
            .map_or_else(|| "unknown".to_owned(), output::isk),
        line.total.map_or_else(String::new, output::isk),
        line.source.map_or("", |source| source.name()).to_owned(),
        line.priced_at
            .map_or_else(String::new, |date| date.strftime("%Y-%m-%d").to_string()),
        format!("{indent}{name}"),
    ]
}

fn count(quantity: i64) -> String {
    match quantity {
        0 => String::new(),
        some => some.to_string(),
    }
}

/// The sums: ours, and zKillboard's beside them.
fn sums(worth: &Worth) {
    let ours = worth.ours.as_ref();
    let zkb = worth.zkillboard.unwrap_or_default();
    let mut table = vec![vec![
        "OURS".to_owned(),
        "ZKILLBOARD".to_owned(),
        String::new(),
    ]];
    let rows: [(&str, Option<Isk>, Option<Isk>); 5] = [
        (
            "hull",
            ours.and_then(|ours| ours.hull).map(|figure| figure.isk),
            None,
        ),
        (
            "fitted",
            ours.and_then(|ours| ours.fitted).map(|figure| figure.isk),
            zkb.fitted,
        ),
        (
            "dropped",
            ours.and_then(|ours| ours.dropped).map(|figure| figure.isk),
            zkb.dropped,
        ),
        (
            "destroyed",
            ours.and_then(|ours| ours.destroyed)
                .map(|figure| figure.isk),
            zkb.destroyed,
        ),
        (
            "total",
            ours.and_then(|ours| ours.total).map(|figure| figure.isk),
            zkb.total,
        ),
    ];
    let shown = |isk: Option<Isk>| isk.map_or_else(|| "-".to_owned(), output::isk);
    for (name, ours, theirs) in rows {
        table.push(vec![shown(ours), shown(theirs), name.to_owned()]);
    }
    output::table_right(&table, 2);
    if let Some(ours) = ours
        && ours.unpriced > 0
    {
        output::line(format_args!(
            "{} lines have no known price and are in none of our sums.",
            ours.unpriced
        ));
    }
}
