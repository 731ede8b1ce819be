//! What a person has written: in a file, or on standard input.

use std::io::Read;

use crate::cli::Written;
use crate::failure::Failure;

/// More than any condition or list may have.
const MOST_BYTES: u64 = 16 << 20;

/// The name of a place, and what is written there.
pub(super) fn text(written: &Written) -> Result<(String, String), Failure> {
    let (name, bytes) = match written {
        Written::File(path) => {
            let open = std::fs::File::open(path);
            let read = open.and_then(|file| limited(file, MOST_BYTES));
            let bytes = read.map_err(|source| Failure::File {
                doing: "cannot read",
                path: path.clone(),
                source,
            })?;
            (path.display().to_string(), bytes)
        }
        Written::Stdin => {
            let read = limited(std::io::stdin().lock(), MOST_BYTES);
            let bytes = read.map_err(Failure::system("cannot read standard input"))?;
            ("standard input".to_owned(), bytes)
        }
        Written::Profile(_) | Written::Address(_) => {
            return Err(Failure::Refused(
                "a file is needed here, or - for standard input".to_owned(),
            ));
        }
    };
    match String::from_utf8(bytes) {
        // Some editors begin a file so.
        Ok(text) => Ok((name, text.trim_start_matches('\u{feff}').to_owned())),
        Err(_) => Err(Failure::Refused(format!("{name} is not UTF-8 text"))),
    }
}

fn limited(from: impl Read, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let text = format!("it has more than {most} bytes");
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_a_condition_may_have() {
        assert!(limited(&b"1234"[..], 4).is_ok());
        assert!(limited(&b"12345"[..], 4).is_err());
    }
}
