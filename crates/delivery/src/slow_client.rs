//! A served connection's socket: it gives up on a client which does not read, and keeps the
//! connection's seat.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::seats::Seat;

/// Fails a write that makes no progress within `patience`. Reads pass through: the HTTP library
/// bounds those itself.
pub(crate) struct WriteTimeout {
    socket: TcpStream,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    seat: Seat,
}

impl WriteTimeout {
    pub(crate) fn new(socket: TcpStream, patience: Duration, seat: Seat) -> Self {
        Self {
            socket,
            patience,
            stalled: None,
            seat,
        }
    }

    /// The bare socket, for a protocol that bounds its writes itself, and the seat, which must be
    /// kept as long as the socket. After an upgrade:
    /// `hyper::upgrade::on(request).await?.downcast::<TokioIo<WriteTimeout>>()`, whose `read_buf`
    /// is what the client sent early.
    pub(crate) fn into_socket(self) -> (TcpStream, Seat) {
        (self.socket, self.seat)
    }

    fn bounded<T>(
        &mut self,
        cx: &mut Context<'_>,
        progress: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.stalled = None;
            return progress;
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for WriteTimeout {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for WriteTimeout {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.bounded(cx, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.bounded(cx, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.socket).poll_flush(cx);
        self.bounded(cx, progress)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.socket).poll_shutdown(cx);
        self.bounded(cx, progress)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;
    use crate::seats::{Admission, Seats};
    use crate::{ConnectionLimits, TrustedProxies};

    #[tokio::test]
    async fn a_client_that_does_not_read_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (socket, address) = listener.accept().await.unwrap();
        let seats = Seats::new(&ConnectionLimits::default());
        let address = TrustedProxies::default().client(address.ip(), &HeaderMap::new());
        let Admission::Served(seat) = seats.admit(address) else {
            panic!("an empty server is full");
        };
        let mut socket = WriteTimeout::new(socket, Duration::from_millis(50), seat);
        let more_than_any_buffer = vec![0; 64 << 20];
        let error = socket.write_all(&more_than_any_buffer).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(client);
    }
}
