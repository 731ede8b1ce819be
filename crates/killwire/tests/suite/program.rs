//! The executable, run once, in an environment of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A command of killwire that sees nothing of the developer's environment.
pub(crate) fn killwire(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_killwire"));
    command
        .env_clear()
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(home)
        .stdin(Stdio::null());
    // Coverage is collected from the executable, too.
    for (name, value) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LLVM_PROFILE") {
            command.env(name, value);
        }
    }
    command
}

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Standard output as JSON; what was written there must be one document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs `killwire ARGS` in `home` until it ends.
pub(crate) fn run(home: &Path, arguments: &[&str]) -> Done {
    killwire(home).args(arguments).output().unwrap().into()
}

/// The folder of real data, where there is one. Says where a test is skipped without it.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let given = std::env::var("KILLWIRE_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join(given);
    if folder.join("killmails").is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    eprintln!("skipped: {what}: {} is not there", folder.display());
    None
}
