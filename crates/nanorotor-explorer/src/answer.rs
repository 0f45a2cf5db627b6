//! Answer requests: the files of the page to all who may ask, the rest to those with the token.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use nanorotor::Error;
use serde_json::{Value, json};

use crate::lines::lines;
use crate::request::{Asked, Refusal};
use crate::session::{CancelledWhenDropped, Session};
use crate::{assets, curve, download, export, point, presets, sliders};

/// The largest request, in bytes: the text of a study.
const LARGEST: usize = 4 << 20;

/// Answer one request.
pub(crate) async fn answer(State(session): State<Arc<Session>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let is_api = path.starts_with("/api/");
    let refused = session.guard.refuses(request.headers(), is_api);
    let response = match (refused, request.method()) {
        (Some((status, why)), _) => plain(status, why),
        (None, &Method::GET | &Method::HEAD) if !is_api => assets::serve(&path),
        (None, &Method::GET) if path == "/api/presets" => json_response(&presets::all(&session)),
        (None, &Method::POST) => match to_bytes(request.into_body(), LARGEST).await {
            Ok(bytes) => post(&session, &path, bytes).await,
            Err(_) => plain(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
        },
        (None, _) if is_api => plain(StatusCode::METHOD_NOT_ALLOWED, "ask with POST"),
        (None, _) => plain(StatusCode::METHOD_NOT_ALLOWED, "ask with GET"),
    };
    session.guard.seal(response)
}

async fn post(session: &Arc<Session>, path: &str, bytes: Bytes) -> Response<Body> {
    let own = Arc::clone(session);
    let answered = match path {
        "/api/study" => {
            work(move || Ok(json_response(&sliders::describe(&own, &Asked::read(&own, &bytes)?)?))).await
        }
        "/api/export" => work(move || Ok(json_response(&export::text(&Asked::read(&own, &bytes)?)?))).await,
        "/api/point" => {
            let asked = work(move || Asked::read(&own, &bytes)).await;
            match asked {
                Ok(asked) => point_in_lines(session, asked),
                Err(refusal) => Err(refusal),
            }
        }
        "/api/download" => {
            let asked = work(move || Asked::read(&own, &bytes)).await;
            match asked {
                Ok(asked) => cancellable(session, asked, "download", download::file).await,
                Err(refusal) => Err(refusal),
            }
        }
        "/api/curve" => work(move || curve::stream(&own, Asked::read(&own, &bytes)?)).await,
        _ => return plain(StatusCode::NOT_FOUND, "there is no such address"),
    };
    answered.unwrap_or_else(|refusal| refuse(&refusal))
}

/// The point that is asked for, as a line for its landscape and one for the rest, so that curves need not wait for the rate.
fn point_in_lines(session: &Arc<Session>, asked: Asked) -> Result<Response<Body>, Refusal> {
    let Some(cancel) = session.begin(&asked.tab("point"), asked.number("sequence").unwrap_or(0)) else {
        return Err(Refusal::Cancelled);
    };
    let (lines, response) = lines(Arc::clone(&cancel));
    let (session, waiting) = (Arc::clone(session), session.wait());
    tokio::task::spawn_blocking(move || {
        let _waiting = waiting;
        let found = point::compute(&session, &asked, &cancel, &|part| {
            lines.send(part);
        });
        let last = match found {
            _ if cancel.load(Ordering::Relaxed) => json!({ "cancelled": true }),
            Ok(rest) => rest,
            Err(Refusal::Input { error, parameter }) => {
                json!({ "error": in_json(&error, parameter.as_deref()) })
            }
            Err(Refusal::Request(why)) => json!({ "error": { "message": why } }),
            Err(Refusal::Cancelled) => json!({ "cancelled": true }),
        };
        lines.send(&last);
    });
    Ok(response)
}

/// Compute on a thread of its own; a newer request of the tab stops it, and so does a browser that has gone.
async fn cancellable(
    session: &Arc<Session>,
    asked: Asked,
    kind: &str,
    compute: fn(&Session, &Asked, &AtomicBool) -> Result<Response<Body>, Refusal>,
) -> Result<Response<Body>, Refusal> {
    let Some(cancel) = session.begin(&asked.tab(kind), asked.number("sequence").unwrap_or(0)) else {
        return Err(Refusal::Cancelled);
    };
    let _gone = CancelledWhenDropped(Arc::clone(&cancel));
    let (session, waiting) = (Arc::clone(session), session.wait());
    work(move || {
        let _waiting = waiting;
        let found = compute(&session, &asked, &cancel);
        if cancel.load(Ordering::Relaxed) { Err(Refusal::Cancelled) } else { found }
    })
    .await
}

/// Do some work on a thread that may take its time.
async fn work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Refusal::Request("the computation broke off: a fault of nanorotor".into())))
}

/// An answer of JSON.
pub(crate) fn json_response(value: &Value) -> Response<Body> {
    with_type(Body::from(value.to_string()), "application/json")
}

/// An answer of a media type.
pub(crate) fn with_type(body: Body, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn plain(status: StatusCode, why: &str) -> Response<Body> {
    let mut response =
        json_response(&json!({ "error": { "message": why, "hint": null, "parameter": null } }));
    *response.status_mut() = status;
    response
}

fn refuse(refusal: &Refusal) -> Response<Body> {
    let (status, value) = match refusal {
        Refusal::Input { error, parameter } => {
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": in_json(error, parameter.as_deref()) }))
        }
        Refusal::Request(why) => return plain(StatusCode::BAD_REQUEST, why),
        Refusal::Cancelled => (StatusCode::CONFLICT, json!({ "cancelled": true })),
    };
    let mut response = json_response(&value);
    *response.status_mut() = status;
    response
}

/// What is wrong, where, and what to do.
pub(crate) fn in_json(error: &Error, parameter: Option<&str>) -> Value {
    let (message, place) = match error {
        Error::Study(study) => {
            let label = study.labels.first();
            let place = label.map(|(span, label)| {
                let (line, column) = study.line_and_column(span.start);
                json!({ "name": study.name, "line": line, "column": column, "label": label })
            });
            (study.message.clone(), place)
        }
        other => (other.to_string(), None),
    };
    json!({ "message": message, "hint": error.hint(), "parameter": parameter, "place": place })
}
