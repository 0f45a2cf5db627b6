//! Ask the explorer's server as the page does, and as a stranger would.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use common::Folder;
use serde_json::{Value, json};

/// A running server; it ends with the test.
struct Server {
    child: Child,
    port: u16,
    token: String,
    folder: Folder,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The lines of an answer that comes in parts.
    fn lines(&self) -> Vec<Value> {
        // Beside them stand the lengths of the chunks.
        let lines = self.body.lines().filter(|line| line.starts_with('{'));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Server {
    fn start() -> Self {
        let folder = Folder::new();
        let mut child = folder
            .command(&["explore", "preston2023", "--no-browser"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let (_, rest) = line.split_once("http://127.0.0.1:").unwrap();
        let (port, rest) = rest.split_once("/?token=").unwrap();
        let token = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        Self { child, port: port.parse().unwrap(), token, folder }
    }

    /// One request with these header lines in place of the host and the token.
    fn raw(&self, method: &str, path: &str, heads: &[String], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let heads = heads.join("\r\n");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\n{heads}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port)
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let token = format!("X-Nanorotor-Token: {}", self.token);
        self.raw("POST", path, &[self.host(), token], &body.to_string())
    }
}

fn point(set: &Value) -> Value {
    json!({ "study": { "opened": true }, "set": set, "tab": "t", "sequence": 1, "what": ["landscape", "rate"] })
}

#[test]
fn strangers_are_turned_away() {
    let server = Server::start();
    let page = server.raw("GET", "/", &[server.host()], "");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
    assert!(page.body.contains("<!doctype html>"));
    let token = format!("X-Nanorotor-Token: {}", server.token);
    let presets = |heads: &[&str]| {
        let heads: Vec<String> = heads.iter().map(|&head| head.into()).collect();
        server.raw("GET", "/api/presets", &heads, "").status
    };
    let host = server.host();
    assert_eq!(presets(&[&host, &token]), 200);
    assert_eq!(presets(&[&host]), 401);
    assert_eq!(presets(&[&host, "X-Nanorotor-Token: 00000000000000000000000000000000"]), 401);
    assert_eq!(presets(&["Host: example.org", &token]), 403);
    assert_eq!(presets(&[&host, &token, "Origin: http://example.org"]), 403);
    assert_eq!(presets(&[&host, &token, &format!("Origin: http://127.0.0.1:{}", server.port)]), 200);
}

#[test]
fn a_point_is_what_the_command_prints() {
    let server = Server::start();
    let answer = server.post("/api/point", &point(&json!({ "phi": "pi/4", "V": "4 eV" })));
    assert_eq!(answer.status, 200, "{}", answer.body);
    // The landscape does not wait for the rate.
    let [landscape, rest] = &answer.lines()[..] else { panic!("{}", answer.body) };
    assert!(landscape["landscape"]["barrier"].is_number() && landscape["dynamics"]["force"].is_array());
    let rate = &rest["rate"];
    let printed = server
        .folder
        .command(&["rate", "preston2023", "--set", "phi=pi/4", "--set", "V=4 eV", "--format", "json"])
        .output()
        .unwrap();
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let names = ["rotation_rate", "rotational_diffusion", "electrical_power", "certainty_time"];
    for name in names {
        let (a, b) = (rate[name].as_f64().unwrap(), printed[name].as_f64().unwrap());
        let error = printed["error_estimate"][name].as_f64().unwrap_or(1e-9 * b.abs());
        assert!((a - b).abs() <= 2.0 * error, "{name}: {a} {b} ± {error}");
    }
    assert!(rate["rotation_rate"].as_f64().unwrap() < 0.0);
}

#[test]
fn mistakes_name_their_parameter_and_leave_the_server_running() {
    let server = Server::start();
    let answer =
        server.post("/api/study", &json!({ "study": { "opened": true }, "set": { "phi": "pi eV" } }));
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["error"]["parameter"], "phi");
    assert_eq!(server.post("/api/point", &json!({ "study": 3 })).status, 400);
    assert!(server.post("/api/nothing", &json!({})).status >= 400);
    assert_eq!(server.raw("POST", "/api/study", &[server.host()], "no json").status, 401);
    let study = server.post("/api/study", &json!({ "study": { "opened": true }, "set": {} }));
    let parameters = study.json()["parameters"].as_array().unwrap().clone();
    assert_eq!(parameters.len(), 12);
    for parameter in parameters {
        let [low, value, high] = ["minimum", "value", "maximum"].map(|key| parameter[key].as_f64().unwrap());
        assert!(low <= value && value <= high, "{parameter}");
    }
}

#[test]
fn a_curve_arrives_point_by_point_and_is_antisymmetric_in_phi() {
    let server = Server::start();
    let over = json!({ "phi": { "from": "-0.8", "to": "0.8", "points": 5 } });
    let request = json!({
        "study": { "opened": true }, "set": {}, "tab": "t", "sequence": 1, "over": over, "quantity": "rotation_rate"
    });
    let answer = server.post("/api/curve", &request);
    let objects = answer.lines();
    assert_eq!(objects.len(), 7, "{}", answer.body);
    assert_eq!(objects[0]["axes"]["phi"]["values"].as_array().unwrap().len(), 5);
    assert_eq!(objects[6]["done"], true);
    let mut values = [f64::NAN; 5];
    for line in &objects[1..6] {
        values[line["index"][0].as_u64().unwrap() as usize] = line["value"].as_f64().unwrap();
    }
    assert!(values[0] > 1.0 && values[2].abs() < 1e-6);
    assert!((values[0] + values[4]).abs() < 1e-6 && (values[1] + values[3]).abs() < 1e-6, "{values:?}");
}

#[test]
fn exports_bring_the_point_back() {
    let server = Server::start();
    let set = json!({ "V": "3 eV" });
    let export = |how: &str| {
        let answer =
            server.post("/api/export", &json!({ "study": { "opened": true }, "set": set, "as": how }));
        answer.json()["text"].as_str().unwrap_or_default().to_owned()
    };
    let command = export("command");
    assert!(command.contains("nanorotor rate preston2023") && command.contains("3 eV"), "{command}");
    server.folder.write("again.toml", export("toml"));
    let rate = |study: &[&str]| -> f64 {
        let output = server.folder.command(study).output().unwrap();
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        object["rotation_rate"].as_f64().unwrap()
    };
    let again = rate(&["rate", "again.toml", "--format", "json"]);
    assert_eq!(again, rate(&["rate", "preston2023", "--set", "V=3 eV", "--format", "json"]));
    assert!(export("python").contains("import nanorotor"));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let server = Server::start();
    let port = server.port.to_string();
    let output = server.folder.command(&["explore", "--no-browser", "--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be used"));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;
    let mut server = Server::start();
    let killed = Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let status = server.child.wait().unwrap();
    assert!(status.signal() == Some(15) || status.code() == Some(143), "{status}");
}
