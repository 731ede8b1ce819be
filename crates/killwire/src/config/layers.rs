//! The sources of configuration, laid over each other.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::file::{self, FileError};
use super::setting::{self, settings};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Environment(&'static str),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "file {}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A setting's value as text, and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// A name in a file that is no setting.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    pub(crate) key: String,
    pub(crate) origin: Origin,
}

/// Values given as flags, by the key they set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags(pub(crate) Vec<(&'static str, &'static str, String)>);

impl Flags {
    /// Adds what `flag` says about `key`, if it was given.
    pub(crate) fn with(
        mut self,
        key: &'static str,
        flag: &'static str,
        value: Option<impl ToString>,
    ) -> Self {
        self.0
            .extend(value.map(|value| (key, flag, value.to_string())));
        self
    }
}

/// Which files are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Files<'a> {
    /// None at all.
    None,
    /// The one that was named.
    Only(&'a Path),
    /// The user's `config.toml`, then the folder's `killwire.toml`, where they exist.
    Usual,
}

/// Where to look.
pub(crate) struct Sources<'a> {
    /// Which files.
    pub(crate) config: Files<'a>,
    /// The environment.
    pub(crate) environment: &'a dyn Fn(&str) -> Option<String>,
    /// The command line.
    pub(crate) flags: Flags,
}

/// Every setting's value, and what was said that no setting understands.
#[derive(Debug)]
pub(crate) struct Layers {
    values: BTreeMap<&'static str, Value>,
    pub(crate) unknown: Vec<Unknown>,
    pub(crate) broken: Vec<FileError>,
    /// The files that were read, in the order in which they were laid over each other.
    pub(crate) files: Vec<PathBuf>,
}

impl Layers {
    /// Lays default, files, environment and flags over each other, the later one winning.
    pub(crate) fn read(sources: &Sources<'_>) -> Self {
        let mut layers = Self {
            values: settings()
                .map(|setting| (setting.key, value(setting.default, Origin::Default)))
                .collect(),
            unknown: Vec::new(),
            broken: Vec::new(),
            files: Vec::new(),
        };
        for path in files(sources.config) {
            layers.lay_file(path);
        }
        for setting in settings() {
            for name in setting.env.iter().rev() {
                if let Some(text) = (sources.environment)(name).filter(|text| !text.is_empty()) {
                    layers
                        .values
                        .insert(setting.key, value(&text, Origin::Environment(name)));
                }
            }
        }
        for (key, flag, text) in &sources.flags.0 {
            layers.values.insert(key, value(text, Origin::Flag(flag)));
        }
        layers
    }

    fn lay_file(&mut self, path: PathBuf) {
        match file::read(&path) {
            Ok(entries) => {
                for entry in entries {
                    let origin = Origin::File {
                        path: path.clone(),
                        line: entry.line,
                    };
                    match setting::find(&entry.key) {
                        Some(setting) => {
                            self.values.insert(setting.key, value(&entry.text, origin));
                        }
                        None => self.unknown.push(Unknown {
                            key: entry.key,
                            origin,
                        }),
                    }
                }
                self.files.push(path);
            }
            Err(error) => self.broken.push(error),
        }
    }

    /// The value of `key`; none where it is not set.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key).filter(|value| !value.text.is_empty())
    }
}

fn value(text: &str, origin: Origin) -> Value {
    Value {
        text: text.to_owned(),
        origin,
    }
}

fn files(which: Files<'_>) -> Vec<PathBuf> {
    match which {
        Files::None => Vec::new(),
        Files::Only(path) => vec![path.to_owned()],
        Files::Usual => directories::ProjectDirs::from("", "", "killwire")
            .map(|dirs| dirs.config_dir().join("config.toml"))
            .into_iter()
            .chain([PathBuf::from("killwire.toml")])
            .filter(|path| path.is_file())
            .collect(),
    }
}
