//! Configuration for people: every value with its origin, secrets masked.

use serde::Serialize;

use super::layers::Layers;
use super::setting::{Setting, settings};

/// One line of `config show`.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// The setting.
    pub(crate) key: &'static str,
    /// Its value, masked where it is secret; absent where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    /// Where it came from.
    pub(crate) origin: String,
    /// What it does.
    pub(crate) doc: &'static str,
    /// The environment variables that set it.
    pub(crate) env: &'static [&'static str],
}

/// Every setting in its group's order.
pub(crate) fn rows(layers: &Layers) -> Vec<Row> {
    settings()
        .map(|setting| {
            let value = layers.get(setting.key);
            Row {
                key: setting.key,
                value: value.map(|value| masked(setting, &value.text)),
                origin: value
                    .map_or_else(|| "default".to_owned(), |value| value.origin.to_string()),
                doc: setting.doc,
                env: setting.env,
            }
        })
        .collect()
}

/// `text` without what must not be seen: of a URL the password, of any other secret everything.
pub(crate) fn masked(setting: &Setting, text: &str) -> String {
    if let Ok(mut url) = reqwest::Url::parse(text)
        && url.has_host()
    {
        if url.password().is_some() && url.set_password(Some("****")).is_err() {
            return "****".to_owned();
        }
        if setting.secret && url.query().is_some() {
            url.set_query(Some("****"));
        }
        // Untouched URLs are shown as they were written.
        return if setting.secret || url.password().is_some() {
            url.to_string()
        } else {
            text.to_owned()
        };
    }
    if setting.secret {
        "****".to_owned()
    } else {
        text.to_owned()
    }
}
