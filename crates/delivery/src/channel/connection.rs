//! One channel connection: what the client sends goes to its session, what the session says is done.
//!
//! The task of a connection sleeps while nothing comes from the client: live events are written by
//! the dispatcher ([`Outlet`]). It wakes to answer, to read the log for topics that are behind, to
//! send the past, and to write what the socket did not take at once.

mod profiles;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_store::{ReadError, Seq, StoreError};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::action::{Action, EndReason, ProfileJoin};
use super::following::{Followed, Following};
use super::outlet::Outlet;
use super::past::{Past, Receiver};
use super::push::Push;
use super::session::Session;
use super::topic::Topic;
use super::watching::Watching;
use crate::Namer;
use crate::access::{Access, Pass};
use crate::hub::reader::Caught;
use crate::hub::{Full, Hub};
use crate::seats::Seat;
use crate::websocket::{self, Decoder, Message, ProtocolError};

/// The largest message of a client; the peer's figure.
pub(super) const MESSAGE_BYTES: usize = 131_072;

/// How long a client may be silent: the peer's figure. The mapper pings every 30 seconds, and
/// phoenix.js sends a heartbeat as often.
const SILENCE: Duration = Duration::from_secs(60);

/// How often a client of the lobby is given a sign of life, and counts that have changed. The mapper
/// waits 15 minutes.
const SIGN_OF_LIFE: Duration = Duration::from_secs(300);

/// How often the pass of a client is looked at. A client says something at least as often as it may
/// be silent, which is when this is done.
const ADMITTED: Duration = Duration::from_secs(20);

/// How long a client may leave what was sent unread.
const PATIENCE: Duration = Duration::from_secs(30);

/// Read from the socket at once, on the stack.
const CHUNK: usize = 4_096;

/// What a connection is made of.
pub(crate) struct Opened {
    pub(crate) hub: Arc<Hub>,
    pub(crate) clock: Clock,
    pub(crate) socket: TcpStream,
    /// What the client sent before the socket was handed over.
    pub(crate) early: BytesMut,
    pub(crate) session: Session,
    /// By what its readers are counted.
    pub(crate) address: Option<IpAddr>,
    pub(crate) access: Access,
    /// Why the client was let in.
    pub(crate) pass: Pass,
    pub(crate) ids: usize,
    /// Who names killmails that were stored without names.
    pub(crate) namer: Arc<dyn Namer>,
    pub(crate) seat: Seat,
    pub(crate) stop: CancellationToken,
}

/// Why a connection ends.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("the client is gone: {0}")]
    Gone(#[from] io::Error),
    #[error("the client closed it")]
    Closed,
    #[error("the client broke the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    #[error("nothing came from the client for a minute")]
    Silent,
    #[error("the client does not read what it is sent")]
    Stalled,
    #[error("{0:?}")]
    Session(EndReason),
    #[error("what the client asks for is not taken: {0}")]
    NoRoom(#[from] Full),
    #[error("the log could not be read: {0}")]
    Log(#[from] ReadError),
    #[error("the store could not be read: {0}")]
    Store(#[from] StoreError),
    #[error("its token was revoked")]
    Revoked,
    #[error("the server stops")]
    Stopped,
}

/// A connection that is served.
pub(crate) struct Connection {
    hub: Arc<Hub>,
    clock: Clock,
    outlet: Arc<Outlet>,
    bell: Arc<Notify>,
    decoder: Decoder,
    input: BytesMut,
    session: Session,
    following: Following,
    watching: Watching,
    past: Past,
    namer: Arc<dyn Namer>,
    access: Access,
    pass: Pass,
    /// When the pass was last looked at.
    admitted: Timestamp,
    heard: Timestamp,
    sign_of_life: Timestamp,
    stop: CancellationToken,
    _seat: Seat,
}

impl Opened {
    /// The connection that begins with it.
    pub(crate) fn begin(self) -> Connection {
        let now = self.clock.now();
        let bell = Arc::new(Notify::new());
        let outlet = Arc::new(Outlet::new(self.socket, Arc::clone(&bell)));
        Connection {
            following: Following {
                hub: Arc::clone(&self.hub),
                outlet: Arc::clone(&outlet),
                bell: Arc::clone(&bell),
                address: self.address,
                ids: self.ids,
                topics: Vec::new(),
            },
            outlet,
            bell,
            hub: self.hub,
            clock: self.clock,
            decoder: Decoder::new(MESSAGE_BYTES),
            input: self.early,
            session: self.session,
            watching: Watching::default(),
            past: Past::default(),
            namer: self.namer,
            access: self.access,
            pass: self.pass,
            admitted: now,
            heard: now,
            sign_of_life: after(now, SIGN_OF_LIFE),
            stop: self.stop,
            _seat: self.seat,
        }
    }
}

impl Connection {
    /// Serves the connection until it ends. It is dropped without a close frame, except as the answer
    /// to one: the mapper, for one, does not understand it.
    pub(crate) async fn serve(mut self) {
        let end = self.run().await;
        match end {
            End::Log(_) | End::Store(_) => tracing::warn!(%end, "a channel connection ends"),
            _ => tracing::debug!(%end, "a channel connection ends"),
        }
    }

    async fn run(&mut self) -> End {
        // Whatever the connection waits for, also a client that does not read: it ends with the
        // server.
        let stop = self.stop.clone();
        let end = tokio::select! {
            end = self.work() => end,
            () = stop.cancelled() => return End::Stopped,
        };
        if matches!(end, End::Closed | End::Session(_) | End::NoRoom(_)) {
            // The client is told why; whether it hears it is its own affair.
            let _ = self.flush().await;
        }
        end
    }

    async fn work(&mut self) -> End {
        loop {
            if let Err(end) = self.turn().await {
                return end;
            }
        }
    }

    /// Everything there is to do now, and then waiting for more.
    async fn turn(&mut self) -> Result<(), End> {
        self.take_messages().await?;
        self.look_at_pass().await?;
        let behind = self.read_on().await?;
        let found = self.send_matches().await?;
        let (past, past_at) = self.send_past().await?;
        let busy = behind || found || past;
        let silent_at = after(self.heard, SILENCE);
        let mut wake_at = silent_at.min(self.sign_of_life).min(past_at);
        if !self.watching.is_empty() {
            // What somebody looks for is not told a revoked token, also where that client is silent.
            wake_at = wake_at.min(after(self.admitted, ADMITTED));
        }
        tokio::select! {
            biased;
            ready = self.outlet.socket.readable() => {
                ready?;
                self.read()?;
            }
            () = std::future::ready(()), if busy => tokio::task::yield_now().await,
            () = self.bell.notified() => self.flush().await?,
            () = self.watching.changed() => {}
            () = self.clock.sleep_until(wake_at) => {}
        }
        let now = self.clock.now();
        if now >= after(self.heard, SILENCE) {
            return Err(End::Silent);
        }
        if now >= self.sign_of_life {
            self.give_sign_of_life(now);
        }
        Ok(())
    }

    /// Ends what a revoked token opened.
    async fn look_at_pass(&mut self) -> Result<(), End> {
        let now = self.clock.now();
        if now < after(self.admitted, ADMITTED) {
            return Ok(());
        }
        self.admitted = now;
        match self.access.still_allows(self.pass).await {
            Ok(false) => Err(End::Revoked),
            // Where the store does not answer, the next look will tell.
            Ok(true) | Err(_) => Ok(()),
        }
    }

    async fn flush(&self) -> Result<(), End> {
        if self.outlet.is_empty() {
            return Ok(());
        }
        tokio::select! {
            flushed = self.outlet.flush() => flushed.map_err(End::Gone),
            () = self.clock.sleep(PATIENCE) => Err(End::Stalled),
        }
    }

    /// Takes what the socket has.
    fn read(&mut self) -> Result<(), End> {
        let mut chunk = [0; CHUNK];
        match self.outlet.socket.try_read(&mut chunk) {
            Ok(0) => Err(End::Closed),
            Ok(count) => {
                self.input.extend_from_slice(&chunk[..count]);
                self.heard = self.clock.now();
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deals with all whole messages, one after the other.
    async fn take_messages(&mut self) -> Result<(), End> {
        self.flush().await?;
        while let Some(message) = self.decoder.next(&mut self.input)? {
            if let Some(join) = self.take(message)? {
                Box::pin(self.join_profile(*join)).await?;
            }
            self.flush().await?;
        }
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
        Ok(())
    }

    /// Does what a message asks for, up to the join of a profile's topic, which takes a look into the
    /// store.
    fn take(&mut self, message: Message) -> Result<Option<Box<ProfileJoin>>, End> {
        match message {
            Message::Text(text) => {
                let actions = self.session.receive(&text);
                self.act(actions)
            }
            Message::Binary(_) => {
                let actions = self.session.receive_binary();
                self.act(actions)
            }
            Message::Ping(payload) => {
                self.outlet.send(websocket::pong(&payload));
                Ok(None)
            }
            Message::Pong(_) => Ok(None),
            Message::Close(frame) => {
                let code = frame.map_or(1_000, |frame| frame.code);
                self.outlet.send(websocket::close(code, ""));
                Err(End::Closed)
            }
        }
    }

    /// Does all of it but the join of a profile's topic, which is the last.
    fn act(&mut self, actions: Vec<Action>) -> Result<Option<Box<ProfileJoin>>, End> {
        let mut join = None;
        for action in actions {
            match action {
                Action::JoinProfile(request) => join = Some(request),
                Action::Send(text) => self.outlet.send(websocket::text(&text)),
                Action::Join(request) => {
                    self.past.drop_topic(request.topic);
                    let joined = self.following.join(&request, self.session.shape());
                    let (actions, no_room) = match joined {
                        Ok(joined) => (self.session.joined(*request, joined), None),
                        Err(why) => {
                            let actions = self.session.refused(&request, &why.to_string());
                            (actions, why.no_room())
                        }
                    };
                    // A join's answer asks for no other join.
                    self.act(actions)?;
                    self.end_without_room(no_room)?;
                }
                // The client was told already that it is done; where it cannot be, the connection
                // ends, and the join on the next one says why.
                Action::Change { topic, wanted } => self.following.change(topic, &wanted)?,
                Action::Leave(Topic::Profile(profile)) => {
                    self.watching.leave(profile);
                }
                Action::Leave(topic) => {
                    self.past.drop_topic(topic);
                    self.following.leave(topic);
                }
                Action::Preload(preload) => {
                    if let Some(followed) = self.following.find(preload.topic) {
                        let up_to = followed.reader.position();
                        self.past.preload(&preload, up_to);
                    }
                }
                Action::CountUpdates { topic, systems } => {
                    self.past.count(topic, systems.iter().copied(), false);
                }
                Action::End(reason) => return Err(End::Session(reason)),
            }
        }
        Ok(join)
    }

    /// Ends a connection that could join nothing for want of room: the mapper tries again on a new
    /// one, and would leave this one open.
    fn end_without_room(&self, no_room: Option<Full>) -> Result<(), End> {
        match no_room {
            Some(full) if self.following.topics.is_empty() && self.watching.is_empty() => {
                Err(full.into())
            }
            _ => Ok(()),
        }
    }

    /// Reads a stretch of the log for each topic that is behind. True: there is more.
    async fn read_on(&mut self) -> Result<bool, End> {
        let mut behind = false;
        for followed in &self.following.topics {
            match followed.reader.catch_up().await? {
                Caught::Live => {}
                Caught::Gap { after, oldest } => {
                    behind = true;
                    self.tell_gap(followed, after, oldest);
                    followed.reader.read_to(Seq(oldest.0 - 1));
                }
                Caught::Stretch(stretch) => {
                    behind = true;
                    if !followed.send_on(&stretch) {
                        // The rest is read again afterwards: whoever takes it slowly keeps no block
                        // of the log, and need not wait for the answer to a ping until it has all.
                        drop(stretch);
                        self.flush().await?;
                        return Ok(true);
                    }
                }
            }
        }
        Ok(behind)
    }

    fn tell_gap(&self, followed: &Followed, after: Seq, oldest: Seq) {
        let gap = Push::Gap {
            after,
            oldest,
            timestamp: self.hub.now(),
        };
        let text = gap.text(self.session.shape(), followed.topic);
        self.outlet.send(websocket::text(&text));
    }

    /// Sends a piece of the past. Whether there is more to send at once, and when there is later.
    async fn send_past(&mut self) -> Result<(bool, Timestamp), End> {
        let now = self.clock.now();
        let Some((topic, not_before)) = self.past.next() else {
            return Ok((false, Timestamp::MAX));
        };
        if not_before > now {
            return Ok((false, not_before));
        }
        let Some(followed) = self.following.topics.iter().find(|one| one.topic == topic) else {
            self.past.drop_topic(topic);
            return Ok((true, Timestamp::MAX));
        };
        let to = Receiver {
            hub: &self.hub,
            filter: &followed.filter,
            delivered: &followed.delivered,
            shape: self.session.shape(),
            now,
        };
        for text in self.past.step(&to).await? {
            self.outlet.send(websocket::text(&text));
            self.flush().await?;
        }
        Ok((true, Timestamp::MAX))
    }

    /// To a client of the lobby: an update that says nothing, where nothing was sent for long, and
    /// the counts of systems where kills have been since the last time.
    fn give_sign_of_life(&mut self, now: Timestamp) {
        self.sign_of_life = after(now, SIGN_OF_LIFE);
        let shape = self.session.shape();
        let Some(lobby) = self
            .following
            .topics
            .iter()
            .find(|one| one.topic == Topic::Lobby)
        else {
            return;
        };
        let mut sent = lobby.delivered.sent();
        if !sent.take_alive() {
            let text = Push::KeepAlive {
                timestamp: self.hub.now(),
            }
            .text(shape, Topic::Lobby);
            self.outlet.send(websocket::text(&text));
        }
        let watched = lobby.filter.watch.as_ref();
        let is_watched =
            |system: &_| watched.is_some_and(|watch| watch.systems.binary_search(system).is_ok());
        let systems: Vec<_> = sent.take_systems().into_iter().filter(is_watched).collect();
        drop(sent);
        self.past.count(Topic::Lobby, systems, true);
    }
}

fn after(time: Timestamp, span: Duration) -> Timestamp {
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}
