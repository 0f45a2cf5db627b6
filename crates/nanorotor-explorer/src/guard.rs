//! Answer only who may ask: this machine, under its own name, with the token of the session.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

/// The header that carries the token.
pub(crate) const TOKEN: &str = "x-nanorotor-token";

/// What the page may load and do: its own files and its own server, nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
                      img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; ";

/// A token that nobody guesses: 128 random bits in hexadecimal digits.
///
/// # Errors
/// If the system gives no random numbers.
pub(crate) fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Who may ask.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) token: String,
    pub(crate) port: u16,
    /// Whether a notebook of this machine may show the page in a frame.
    pub(crate) framed: bool,
}

impl Guard {
    /// Why a request is refused, if it is.
    ///
    /// A page of another site reaches this server only under another `Host` (DNS rebinding) or with its own `Origin`; another
    /// program of this machine has no token.
    pub(crate) fn refuses(
        &self,
        headers: &HeaderMap,
        needs_token: bool,
    ) -> Option<(StatusCode, &'static str)> {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        if !text(header::HOST).is_some_and(|host| self.is_own(host)) {
            return Some((StatusCode::FORBIDDEN, "this server answers only to the name of this machine"));
        }
        let origin = text(header::ORIGIN).map(|origin| origin.strip_prefix("http://").unwrap_or_default());
        if origin.is_some_and(|origin| !self.is_own(origin)) {
            return Some((StatusCode::FORBIDDEN, "this server answers only to its own page"));
        }
        let given = text(HeaderName::from_static(TOKEN)).unwrap_or_default();
        if needs_token && !same(given, &self.token) {
            return Some((StatusCode::UNAUTHORIZED, "the token of this session is missing or wrong"));
        }
        None
    }

    fn is_own(&self, host: &str) -> bool {
        let Some((name, port)) = host.rsplit_once(':') else { return false };
        ["127.0.0.1", "localhost", "[::1]"].contains(&name) && port.parse() == Ok(self.port)
    }

    /// Put on an answer what keeps a browser from doing anything else with it.
    pub(crate) fn seal(&self, mut response: Response<Body>) -> Response<Body> {
        let frames = if self.framed {
            "frame-ancestors http://localhost:* http://127.0.0.1:*"
        } else {
            "frame-ancestors 'none'"
        };
        let policy = HeaderValue::from_str(&format!("{POLICY}{frames}"));
        let headers = response.headers_mut();
        if let Ok(policy) = policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
