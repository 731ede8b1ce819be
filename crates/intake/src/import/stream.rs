//! Files read in a thread of their own, handed out in bounded batches.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::open::read_file;
use super::{ImportDocument, ImportFile};

/// How large a batch may grow, and how large one document.
#[derive(Clone, Copy, Debug)]
pub struct BatchLimits {
    /// At most so many documents.
    pub documents: usize,
    /// No further document once the batch holds so many bytes.
    pub bytes: usize,
    /// A longer document is cut and goes to quarantine.
    pub document_bytes: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self {
            documents: 1_000,
            bytes: 8 << 20,
            document_bytes: 16 << 20,
        }
    }
}

/// How far reading has come, in bytes on disk.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes read so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Batches of documents, in the order of the files. Dropping it stops the reading.
#[derive(Debug)]
pub struct ImportStream {
    batches: mpsc::Receiver<Vec<ImportDocument>>,
    progress: Progress,
}

impl ImportStream {
    /// The next batch; none when everything has been read.
    pub async fn next(&mut self) -> Option<Vec<ImportDocument>> {
        self.batches.recv().await
    }

    /// How far reading has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

/// Starts reading `files`. One batch waits while another is being stored.
#[must_use]
pub fn stream(files: Vec<ImportFile>, limits: BatchLimits) -> ImportStream {
    let (sender, batches) = mpsc::channel(1);
    let progress = Progress::default();
    tokio::task::spawn_blocking({
        let progress = progress.clone();
        move || read_all(&files, limits, &progress, &sender)
    });
    ImportStream { batches, progress }
}

fn read_all(
    files: &[ImportFile],
    limits: BatchLimits,
    progress: &Progress,
    sender: &mpsc::Sender<Vec<ImportDocument>>,
) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    for file in files {
        let flow = read_file(file, limits.document_bytes, &progress.0, &mut |document| {
            bytes += document.body.as_bytes().len();
            batch.push(document);
            if batch.len() < limits.documents && bytes < limits.bytes {
                return ControlFlow::Continue(());
            }
            bytes = 0;
            match sender.blocking_send(std::mem::take(&mut batch)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        if flow.is_break() {
            return;
        }
    }
    if !batch.is_empty() {
        // A closed channel means that nobody wants the rest.
        let _ = sender.blocking_send(batch);
    }
}
