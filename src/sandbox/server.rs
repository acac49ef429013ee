//! The sockets.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use tokio::net::TcpListener;

use super::{call::Call, reply::Reply, state::Sandbox};

/// The longest body of a request. Zendesk's own calls need a few hundred bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// From how many bytes on a body is worth compressing.
const GZIP_FROM: usize = 1024;

/// A socket on loopback that will serve a sandbox.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes a port of this machine, any free one for 0.
    pub async fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The address to ask.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until `stop` is there. Requests that have begun are answered first.
    pub async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        axum::serve(self.listener, router).with_graceful_shutdown(stop).await
    }
}

/// Makes a service of a sandbox.
pub fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new().fallback(handle).with_state(sandbox)
}

async fn handle(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return response(Reply::error(413, "PayloadTooLarge", "The body is too large"), false);
    };
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    if !text(header::HOST).is_some_and(is_this_machine) {
        return response(
            Reply::error(421, "MisdirectedRequest", "This server answers on loopback only"),
            false,
        );
    }
    let reply = sandbox.answer(&Call {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        authorization: text(header::AUTHORIZATION),
        body: &body,
    });
    let takes_gzip = text(header::ACCEPT_ENCODING).is_some_and(|value| value.contains("gzip"));
    response(reply, takes_gzip)
}

/// Whether a request was meant for this machine. A page of a stranger could have its own name lead here and so
/// read what needs no credentials.
fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost")
}

fn response(reply: Reply, takes_gzip: bool) -> Response {
    let mut headers = HeaderMap::new();
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    let mut body = reply.body;
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    if takes_gzip
        && body.len() >= GZIP_FROM
        && let Ok(packed) = gzip(&body)
    {
        body = packed;
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}
