//! A crowd of subscribers in one process, as light as it can be: one thread waits for all sockets
//! and only counts and stamps what comes. The bench tells it what to do, line by line.

mod enter;
mod member;
mod pieces;
mod tally;
mod wire;

use std::fs::File;
use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token, Waker};

use self::enter::{Entered, enter};
use self::member::Member;
use self::tally::Tally;
use crate::Outcome;
use crate::crowd::{Ask, Order, Speech};
use crate::process::allow_connections;

/// Who enter at the same time.
const ENTERING: usize = 32;
/// Read at once.
const BUFFER: usize = 64 << 10;
/// How often there is a look at the clock.
const TICK: Duration = Duration::from_millis(100);
/// Each subscriber of a channel pings as often as this, not all at the same time.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How long everyone may take to have an event.
const PATIENCE: Duration = Duration::from_secs(120);

const NEWS: Token = Token(usize::MAX);

/// What other threads tell.
enum News {
    Entered(Outcome<Entered>),
    Asked(io::Result<String>),
}

/// Is a crowd until the bench has no more to ask.
pub(super) fn run() -> Outcome<()> {
    let mut first = String::new();
    io::stdin().lock().read_line(&mut first)?;
    let order: Order = serde_json::from_str(&first)?;
    allow_connections(order.clients)?;
    let poll = Poll::new()?;
    let waker = Arc::new(Waker::new(poll.registry(), NEWS)?);
    let (sender, news) = channel();
    let order = Arc::new(order);
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..ENTERING.min(order.clients) {
        let (order, next) = (Arc::clone(&order), Arc::clone(&next));
        let (sender, waker) = (sender.clone(), Arc::clone(&waker));
        std::thread::spawn(move || bring_in(&order, &next, &sender, &waker));
    }
    std::thread::spawn(move || listen(&sender, &waker));
    let copy = order.copy.as_ref().map(File::create).transpose()?;
    Crowd {
        members: Vec::with_capacity(order.clients),
        outside: Vec::new(),
        tally: Tally::new(order.dense, copy),
        awaited: None,
        pinged: 0,
        ping_at: Instant::now(),
        buffer: vec![0; BUFFER],
        order,
        poll,
        news,
    }
    .run()
}

/// Brings in one after the other while there are numbers left.
fn bring_in(order: &Order, next: &AtomicUsize, sender: &Sender<News>, waker: &Waker) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= order.clients {
            return;
        }
        let told = sender.send(News::Entered(enter(order, number)));
        // Where either fails, the crowd has ended.
        if told.is_err() || waker.wake().is_err() {
            return;
        }
    }
}

/// Passes on what the bench asks; the channel closes when there is no more.
fn listen(sender: &Sender<News>, waker: &Waker) {
    for line in io::stdin().lock().lines() {
        if sender.send(News::Asked(line)).is_err() || waker.wake().is_err() {
            return;
        }
    }
    let _ = sender.send(News::Asked(Err(io::ErrorKind::UnexpectedEof.into())));
    let _ = waker.wake();
}

struct Crowd {
    order: Arc<Order>,
    poll: Poll,
    news: Receiver<News>,
    members: Vec<Member>,
    /// Those who never read.
    outside: Vec<std::net::TcpStream>,
    tally: Tally,
    /// Until when everyone is to have the event that was asked for.
    awaited: Option<Instant>,
    pinged: usize,
    ping_at: Instant,
    buffer: Vec<u8>,
}

impl Crowd {
    fn run(mut self) -> Outcome<()> {
        let mut events = Events::with_capacity(1_024);
        loop {
            match self.poll.poll(&mut events, Some(TICK)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            for event in &events {
                if event.token() != NEWS {
                    self.read(event.token().0)?;
                }
            }
            if !self.take_news()? {
                return Ok(());
            }
            self.tell_if_reached()?;
            self.ping_some()?;
        }
    }

    fn read(&mut self, place: usize) -> Outcome<()> {
        self.members[place].read(&mut self.buffer, &mut self.tally)
    }

    /// False when the bench has ended.
    fn take_news(&mut self) -> Outcome<bool> {
        loop {
            match self.news.try_recv() {
                Ok(News::Entered(entered)) => self.admit(entered?)?,
                Ok(News::Asked(Ok(line))) => self.answer(serde_json::from_str(&line)?)?,
                Ok(News::Asked(Err(_))) | Err(TryRecvError::Disconnected) => return Ok(false),
                Err(TryRecvError::Empty) => return Ok(true),
            }
        }
    }

    fn admit(&mut self, entered: Entered) -> Outcome<()> {
        if entered.stalled {
            self.outside.push(entered.stream);
        } else {
            let mut stream = TcpStream::from_std(entered.stream);
            let place = self.members.len();
            let registry = self.poll.registry();
            registry.register(&mut stream, Token(place), Interest::READABLE)?;
            let mut member = Member::new(stream, self.order.speech, self.order.after);
            member.take(&entered.early, &mut self.tally)?;
            self.members.push(member);
            // What came before the registration is not told.
            self.read(place)?;
        }
        if self.members.len() + self.outside.len() == self.order.clients {
            println!("null");
        }
        Ok(())
    }

    fn answer(&mut self, asked: Ask) -> Outcome<()> {
        match asked {
            Ask::Record => {
                self.tally.record();
                println!("null");
            }
            Ask::Latency { first, stamps } => {
                let latency = self.tally.latency(first, &stamps);
                println!("{}", serde_json::to_string(&latency)?);
            }
            Ask::Await(target) => {
                let lasts = self.members.iter().map(|member| member.last);
                self.tally.aim(target, lasts);
                self.awaited = Some(Instant::now() + PATIENCE);
            }
        }
        Ok(())
    }

    fn tell_if_reached(&mut self) -> Outcome<()> {
        let Some(until) = self.awaited else {
            return Ok(());
        };
        match self.tally.missing() {
            0 => {
                self.awaited = None;
                println!("{}", serde_json::to_string(&self.tally.reached()?)?);
            }
            missing if Instant::now() >= until => {
                return Err(format!("{missing} subscribers still wait for an event").into());
            }
            _ => {}
        }
        Ok(())
    }

    /// Pings as many as are due in a tick.
    fn ping_some(&mut self) -> Outcome<()> {
        if self.order.speech != Speech::Channel || Instant::now() < self.ping_at {
            return Ok(());
        }
        self.ping_at = Instant::now() + TICK;
        let ticks = PING_EVERY.as_millis().div_ceil(TICK.as_millis());
        for _ in 0..self.members.len().div_ceil(usize::try_from(ticks)?) {
            self.pinged = (self.pinged + 1) % self.members.len();
            self.members[self.pinged].say(&wire::PING)?;
        }
        Ok(())
    }
}
