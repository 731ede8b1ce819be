//! A client with a token.

use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::server::{PATIENCE, Server};
use crate::tokens::token;

/// Where profiles are.
pub(crate) const PROFILES: &str = "/api/v1/profiles";

/// Somebody who asks `server`, with a token or without one.
pub(crate) struct Client<'a> {
    pub(crate) server: &'a Server,
    secret: Option<String>,
    /// The token's number.
    pub(crate) token: i64,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Null where the answer has no body.
    pub(crate) body: Value,
    pub(crate) location: Option<String>,
}

impl Answer {
    /// The body of an answer of this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.body
    }

    /// The body of a plain success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        self.is(200)
    }

    /// Why it was refused with this status.
    #[track_caller]
    pub(crate) fn refusal(self, status: u16) -> String {
        self.is(status)["error"].as_str().unwrap().to_owned()
    }
}

impl<'a> Client<'a> {
    /// Without a token.
    pub(crate) fn stranger(server: &'a Server) -> Self {
        Self {
            server,
            secret: None,
            token: 0,
        }
    }

    /// With a new token of this scope.
    pub(crate) fn with_token(server: &'a Server, home: &Path, name: &str, scope: &str) -> Self {
        let made = token(home, &["create", name, "--scope", scope]).json();
        Self {
            server,
            secret: Some(made["secret"].as_str().unwrap().to_owned()),
            token: made["id"].as_i64().unwrap(),
        }
    }

    pub(crate) fn secret(&self) -> &str {
        self.secret.as_deref().unwrap()
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = crate::server::client().request(method, self.server.url(path));
        match &self.secret {
            Some(secret) => request.bearer_auth(secret),
            None => request,
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status();
        let location = response.headers().get("location");
        let location = location.map(|place| place.to_str().unwrap().to_owned());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap()
        };
        Answer {
            status,
            body,
            location,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Asks, and is gone before there is an answer.
    pub(crate) async fn post_and_hang_up(&self, path: &str, body: &Value) {
        let url = self.server.url("");
        let address = url.trim_start_matches("http://");
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.secret(),
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Makes a profile; its number.
    pub(crate) async fn profile(&self, name: &str, condition: &str) -> i64 {
        let body = serde_json::json!({ "name": name, "condition": condition });
        let made = self.post(PROFILES, &body).await.is(201);
        made["id"].as_i64().unwrap()
    }

    /// An event stream.
    pub(crate) async fn stream(&self, path: &str) -> Events {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        Events {
            response,
            text: String::new(),
        }
    }
}

/// An event stream that is open.
pub(crate) struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    /// The next event with its name and data, passing over signs of life; none at the end.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let mut lines = block.lines();
                    let line = lines.find_map(|line| line.strip_prefix(name));
                    line.map(str::to_owned)
                };
                let found = (field("event: "), field("data: "));
                self.text = rest.to_owned();
                if let (Some(event), Some(data)) = found {
                    return Some((event, serde_json::from_str(&data).unwrap()));
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("something comes, or the end").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
