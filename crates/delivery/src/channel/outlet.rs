//! The writing end of a connection: frames go to the socket at once, by whoever has one.
//!
//! The dispatcher writes live events here itself, without waking the connection's task: a frame that
//! fits into the socket's buffer costs one system call. What does not fit is kept, at most one
//! frame of the dispatcher's; then the topic is behind, and reads on from the log when the
//! connection's task has written what was kept. The task itself writes many frames at once, and keeps
//! one at most as well.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::hub::parcel::Written;

/// The writing end. Shared by a connection's task and its topics.
pub(super) struct Outlet {
    pub(super) socket: TcpStream,
    kept: Mutex<Kept>,
    /// Rung when something was kept, or the connection is found broken.
    pub(super) bell: Arc<Notify>,
}

#[derive(Default)]
struct Kept {
    /// Frames, or pieces of them.
    frames: VecDeque<Bytes>,
    broken: bool,
}

impl Outlet {
    pub(super) fn new(socket: TcpStream, bell: Arc<Notify>) -> Self {
        Self {
            socket,
            kept: Mutex::default(),
            bell,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a frame, if nothing is kept already. False: nothing of it was taken.
    pub(super) fn offer(&self, frame: &Written) -> bool {
        self.write_all(&[frame], &frame.slices()) > 0
    }

    /// Sends frames one after the other with one system call, as far as the socket takes them, if
    /// nothing is kept already. Answers how many were taken: of the last of these a part may be kept,
    /// until [`Outlet::flush`] has written it. The system takes 1,024 pieces at once.
    pub(super) fn offer_all(&self, frames: &[&Written]) -> usize {
        let slices: Vec<_> = frames.iter().flat_map(|frame| frame.slices()).collect();
        self.write_all(frames, &slices)
    }

    fn write_all(&self, frames: &[&Written], slices: &[IoSlice<'_>]) -> usize {
        let mut kept = self.kept();
        if kept.broken || !kept.frames.is_empty() {
            return 0;
        }
        let mut written = match self.socket.try_write_vectored(slices) {
            Ok(written) => written,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.give_up(&mut kept);
                return 0;
            }
        };
        for (place, frame) in frames.iter().enumerate() {
            if written < frame.len() {
                kept.frames.extend(frame.rest(written));
                self.bell.notify_one();
                return place + 1;
            }
            written -= frame.len();
        }
        frames.len()
    }

    /// Sends a frame after all that is kept. For the connection's task only, which then waits for
    /// [`Outlet::flush`] before it takes anything more from the client.
    pub(super) fn send(&self, frame: Bytes) {
        let mut kept = self.kept();
        if kept.frames.is_empty() {
            self.write(&mut kept, frame);
        } else {
            kept.frames.push_back(frame);
        }
    }

    fn write(&self, kept: &mut Kept, mut frame: Bytes) {
        match self.socket.try_write(&frame) {
            Ok(written) if written == frame.len() => return,
            Ok(written) => {
                let _ = frame.split_to(written);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return self.give_up(kept),
        }
        kept.frames.push_back(frame);
        self.bell.notify_one();
    }

    fn give_up(&self, kept: &mut Kept) {
        kept.broken = true;
        kept.frames = VecDeque::new();
        self.bell.notify_one();
    }

    /// Whether everything has been written.
    pub(super) fn is_empty(&self) -> bool {
        let kept = self.kept();
        kept.frames.is_empty() && !kept.broken
    }

    /// Writes what is kept.
    ///
    /// # Errors
    /// When the client is gone.
    pub(super) async fn flush(&self) -> io::Result<()> {
        while !self.is_empty() {
            self.socket.writable().await?;
            self.write_kept()?;
        }
        Ok(())
    }

    fn write_kept(&self) -> io::Result<()> {
        let mut kept = self.kept();
        if kept.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        while let Some(frame) = kept.frames.front_mut() {
            match self.socket.try_write(frame) {
                Ok(written) if written == frame.len() => {
                    kept.frames.pop_front();
                }
                Ok(written) => {
                    let _ = frame.split_to(written);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        kept.frames = VecDeque::new();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (Outlet, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await;
        let (socket, _) = listener.accept().await.unwrap();
        socket.writable().await.unwrap();
        (Outlet::new(socket, Arc::default()), client.unwrap())
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_kept_one_frame_and_misses_no_byte() {
        let (outlet, mut client) = pair().await;
        let frame = Written::whole(vec![b'x'; 1 << 20].into());
        let mut taken = 0;
        while outlet.offer(&frame) {
            taken += 1;
        }
        assert!(!outlet.is_empty());
        assert!(outlet.kept().frames.len() == 1);
        let reading = async {
            let mut received = vec![0; taken << 20];
            client.read_exact(&mut received).await.unwrap();
        };
        let (flushed, ()) = tokio::join!(outlet.flush(), reading);
        flushed.unwrap();
        assert!(outlet.offer(&Written::whole(Bytes::from_static(b"y"))));
    }

    #[tokio::test]
    async fn of_many_frames_as_many_are_taken_as_fit_and_no_byte_is_lost_or_doubled() {
        let (outlet, mut client) = pair().await;
        let frames: Vec<Written> = (0..64_u8)
            .map(|number| Written {
                before: vec![number; 10].into(),
                killmail: vec![number; 1 << 18].into(),
                behind: vec![number; 6].into(),
            })
            .collect();
        let expected: Vec<u8> = frames
            .iter()
            .flat_map(|frame| frame.rest(0))
            .flatten()
            .collect();
        let frames: Vec<&Written> = frames.iter().collect();
        let mut next = outlet.offer_all(&frames);
        assert!(next < frames.len(), "nobody reads");
        let reading = async {
            let mut received = vec![0; expected.len()];
            client.read_exact(&mut received).await.unwrap();
            received
        };
        let writing = async {
            while next < frames.len() {
                assert!(!outlet.is_empty());
                assert!(outlet.kept().frames.len() <= 3, "pieces of one frame");
                assert_eq!(outlet.offer_all(&frames), 0);
                outlet.flush().await.unwrap();
                next += outlet.offer_all(&frames[next..]);
            }
            outlet.flush().await.unwrap();
        };
        let (received, ()) = tokio::join!(reading, writing);
        assert!(received == expected);
    }

    #[tokio::test]
    async fn a_connection_that_is_gone_takes_nothing() {
        let (outlet, client) = pair().await;
        drop(client);
        let frame = Written::whole(vec![b'x'; 1 << 20].into());
        while outlet.offer(&frame) {
            tokio::task::yield_now().await;
        }
        assert!(outlet.flush().await.is_err());
    }
}
