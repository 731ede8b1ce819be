//! A file's lines, with a limit on everything that an archive can inflate.

use std::io::{BufRead, BufReader, Read};

use super::ExportError;

/// A line is at most so long; CCP's longest has about 100,000 bytes.
const MAX_LINE_BYTES: usize = 4 << 20;
/// A file is at most so large, unpacked; CCP's types have about 150 million bytes.
const MAX_FILE_BYTES: u64 = 512 << 20;
/// All files that are read are at most so large together, unpacked; CCP's are about 200 million.
const MAX_EXPORT_BYTES: u64 = 1 << 30;
/// A file has at most so many rows; CCP's types have about 53,000.
const MAX_ROWS: u64 = 1_000_000;
/// Read ahead.
const BUFFER: usize = 64 << 10;

/// What has been read of [`MAX_EXPORT_BYTES`].
#[derive(Debug, Default)]
pub(super) struct Budget(u64);

impl Budget {
    /// Bytes read so far.
    pub(super) const fn spent(&self) -> u64 {
        self.0
    }
}

/// The lines of one file; blank ones are passed over.
pub(super) struct Lines<'a> {
    file: &'static str,
    stream: BufReader<&'a mut dyn Read>,
    budget: &'a mut Budget,
    /// Bytes of this file so far.
    spent: u64,
    number: u64,
    line: Vec<u8>,
}

/// A line, without its end.
pub(super) struct Line<'a> {
    pub(super) bytes: &'a [u8],
    file: &'static str,
    number: u64,
}

impl Line<'_> {
    /// The error of a row that is wrong.
    pub(super) fn wrong(&self, why: String) -> ExportError {
        ExportError::Row {
            file: self.file,
            line: self.number,
            why,
        }
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(
        file: &'static str,
        stream: &'a mut dyn Read,
        budget: &'a mut Budget,
    ) -> Self {
        Self {
            file,
            stream: BufReader::with_capacity(BUFFER, stream),
            budget,
            spent: 0,
            number: 0,
            line: Vec::new(),
        }
    }

    /// Bytes read so far, of all files.
    pub(super) const fn spent(&self) -> u64 {
        self.budget.spent()
    }

    /// The next line; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, ExportError> {
        loop {
            self.line.clear();
            self.number += 1;
            // One more than allowed, so that a line of just the limit is told from a longer one.
            let limit = u64::try_from(MAX_LINE_BYTES + 2).unwrap_or(u64::MAX);
            let mut stream = (&mut self.stream).take(limit);
            let read = stream.read_until(b'\n', &mut self.line);
            let read = read.map_err(|source| ExportError::Damaged {
                file: self.file,
                line: self.number,
                source,
            })?;
            if read == 0 {
                return Ok(None);
            }
            self.spend(read)?;
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let bytes = self.line.trim_ascii();
        Ok(Some(Line {
            bytes,
            file: self.file,
            number: self.number,
        }))
    }

    fn spend(&mut self, read: usize) -> Result<(), ExportError> {
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        self.spent = self.spent.saturating_add(read);
        self.budget.0 = self.budget.0.saturating_add(read);
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let too_large = |what: String, limit: String| Err(ExportError::TooLarge { what, limit });
        if line.len() > MAX_LINE_BYTES {
            let what = format!("{}, line {},", self.file, self.number);
            return too_large(what, format!("{MAX_LINE_BYTES} bytes"));
        }
        if self.number > MAX_ROWS {
            return too_large(self.file.to_owned(), format!("{MAX_ROWS} lines"));
        }
        if self.spent > MAX_FILE_BYTES {
            return too_large(self.file.to_owned(), format!("{MAX_FILE_BYTES} bytes"));
        }
        if self.budget.0 > MAX_EXPORT_BYTES {
            let what = "the archive, unpacked,".to_owned();
            return too_large(what, format!("{MAX_EXPORT_BYTES} bytes"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// Reads a file of the given bytes; how many lines it has.
    fn count(mut stream: impl Read, budget: &mut Budget) -> Result<u64, ExportError> {
        let mut lines = Lines::new("types.jsonl", &mut stream, budget);
        let mut count = 0;
        while lines.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn words(outcome: Result<u64, ExportError>) -> String {
        outcome.unwrap_err().to_string()
    }

    #[test]
    fn blank_lines_are_passed_over_and_the_last_line_needs_no_end() {
        let text = b"\n{}\r\n  \n{}\n{}";
        assert_eq!(count(&text[..], &mut Budget::default()).unwrap(), 3);
    }

    #[test]
    fn a_line_of_just_the_limit_is_read_and_a_longer_one_refused() {
        let line = |length: usize| io::repeat(b'x').take(length as u64).chain(&b"\n{}\n"[..]);
        let mut budget = Budget::default();
        assert_eq!(count(line(MAX_LINE_BYTES), &mut budget).unwrap(), 2);
        insta::assert_snapshot!(
            words(count(line(MAX_LINE_BYTES + 1), &mut budget)),
            @"types.jsonl, line 1, has more than 4194304 bytes: this is no export of CCP's"
        );
    }

    #[test]
    fn a_file_that_never_ends_is_refused_at_its_limit() {
        struct Lines;
        impl Read for Lines {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                buffer.fill(b'x');
                buffer[0] = b'\n';
                Ok(buffer.len())
            }
        }
        insta::assert_snapshot!(
            words(count(Lines, &mut Budget::default())),
            @"types.jsonl has more than 536870912 bytes: this is no export of CCP's"
        );
    }

    #[test]
    fn a_file_of_nothing_but_line_ends_is_refused_at_its_limit() {
        insta::assert_snapshot!(
            words(count(io::repeat(b'\n'), &mut Budget::default())),
            @"types.jsonl has more than 1000000 lines: this is no export of CCP's"
        );
    }

    #[test]
    fn what_all_files_may_have_together_is_limited_too() {
        let mut budget = Budget(MAX_EXPORT_BYTES - 3);
        assert_eq!(count(&b"{}\n"[..], &mut budget).unwrap(), 1);
        insta::assert_snapshot!(
            words(count(&b"{}\n"[..], &mut budget)),
            @"the archive, unpacked, has more than 1073741824 bytes: this is no export of CCP's"
        );
    }
}
