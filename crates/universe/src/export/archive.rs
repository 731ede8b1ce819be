//! Where the export's files come from: a zip archive, or text that is at hand.

use std::io::{Read, Seek};

use zip::ZipArchive;

use super::ExportError;

/// CCP's archive has about a hundred files.
const MAX_FILES: usize = 10_000;

/// What is done with a file's bytes.
pub(super) type Use<'a> = dyn FnMut(&mut dyn Read) -> Result<(), ExportError> + 'a;

/// Files by name.
pub(super) trait Source {
    /// A file's announced size in bytes, unpacked; none where there is no such file.
    fn size(&mut self, name: &str) -> Option<u64>;
    /// Hands a file's bytes to `reader`. Does nothing where there is no such file.
    fn read(&mut self, name: &str, reader: &mut Use<'_>) -> Result<(), ExportError>;
}

/// A zip archive.
pub(super) struct Archive<R>(ZipArchive<R>);

impl<R: Read + Seek> Archive<R> {
    pub(super) fn open(archive: R) -> Result<Self, ExportError> {
        let archive = ZipArchive::new(archive).map_err(ExportError::Archive)?;
        if archive.len() > MAX_FILES {
            return Err(ExportError::TooLarge {
                what: "the archive".to_owned(),
                limit: format!("{MAX_FILES} files"),
            });
        }
        Ok(Self(archive))
    }
}

impl<R: Read + Seek> Source for Archive<R> {
    fn size(&mut self, name: &str) -> Option<u64> {
        let place = self.0.index_for_name(name)?;
        // Where the entry is damaged, reading it says so.
        Some(self.0.by_index_raw(place).map_or(0, |file| file.size()))
    }

    fn read(&mut self, name: &str, reader: &mut Use<'_>) -> Result<(), ExportError> {
        let Some(place) = self.0.index_for_name(name) else {
            return Ok(());
        };
        let mut file = self.0.by_index(place).map_err(ExportError::Archive)?;
        reader(&mut file)
    }
}

/// Text that is at hand.
pub(super) struct Unpacked<'a>(pub(super) &'a [(&'a str, &'a str)]);

impl Unpacked<'_> {
    fn find(&self, name: &str) -> Option<&str> {
        let file = self.0.iter().find(|(file, _)| *file == name);
        file.map(|(_, text)| *text)
    }
}

impl Source for Unpacked<'_> {
    fn size(&mut self, name: &str) -> Option<u64> {
        self.find(name)
            .map(|text| u64::try_from(text.len()).unwrap_or(u64::MAX))
    }

    fn read(&mut self, name: &str, reader: &mut Use<'_>) -> Result<(), ExportError> {
        match self.find(name) {
            Some(text) => reader(&mut text.as_bytes()),
            None => Ok(()),
        }
    }
}
