//! Mail by SMTP.
//!
//! One connection for each message, led step by step, so that it is known how far a message came and every step has a
//! limit of its own. The server's "no" is worth what it was said to: about the sender, the receiver or the message it
//! counts for good, while a server that refuses to talk at all (busy, a wrong password in the settings) may be asked again.

use std::{error::Error as _, fmt, future::Future, io, path::Path, time::Duration};

use lettre::{
    address::Envelope,
    transport::smtp::{
        self,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use url::Url;

use super::{Composer, Delivery, Error, Mailer, Message, Work};

/// How long a step may take before the server counts as stalled.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until it is connected, encrypted and has greeted.
    pub greeting: Duration,
    /// Until it answers a command.
    pub command: Duration,
    /// Until it has taken the whole message and says so. Longer: filters read it first, and who gives up early does not
    /// know whether it was sent.
    pub message: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            greeting: Duration::from_secs(20),
            command: Duration::from_secs(30),
            message: Duration::from_secs(180),
        }
    }
}

/// Saying goodbye is a courtesy.
const GOODBYE: Duration = Duration::from_secs(3);

/// Sends through a mail server.
pub struct SmtpMailer {
    server: Server,
    composer: Composer,
    patience: Patience,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").field("host", &self.server.host).finish_non_exhaustive()
    }
}

struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    hello: ClientId,
}

enum Encryption {
    None,
    /// By STARTTLS, where the server offers it.
    IfOffered(TlsParameters),
    /// By STARTTLS, or not at all.
    Required(TlsParameters),
    /// From the first byte.
    Wrapped(TlsParameters),
}

impl Encryption {
    fn wrapped(&self) -> Option<TlsParameters> {
        match self {
            Encryption::Wrapped(tls) => Some(tls.clone()),
            _ => None,
        }
    }
}

impl SmtpMailer {
    /// Sends through the server that `url` names: `smtps://user:password@host:465`,
    /// `smtp://user:password@host:587?tls=required`, or `smtp://localhost:25` without encryption. `ca_file` holds further
    /// certificates in PEM that the server's may be signed by. Nothing is connected yet.
    pub fn new(url: &str, ca_file: Option<&Path>, composer: Composer) -> Result<Self, String> {
        Ok(SmtpMailer { server: Server::new(url, ca_file)?, composer, patience: Patience::default() })
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        SmtpMailer { patience, ..self }
    }

    /// A connection that may be told about a message.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let Server { host, port, encryption, credentials, hello } = &self.server;
        let Patience { greeting, command, .. } = self.patience;
        let connecting = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(greeting),
            hello,
            encryption.wrapped(),
            None,
        );
        let mut connection = step("greet", greeting, connecting).await.map_err(Trouble::with_server)?;
        let tls = match encryption {
            Encryption::Required(tls) => Some(tls),
            Encryption::IfOffered(tls) => connection.can_starttls().then_some(tls),
            Encryption::None | Encryption::Wrapped(_) => None,
        };
        if let Some(tls) = tls {
            let encrypting = connection.starttls(tls.clone(), hello);
            step("encrypt", command, encrypting).await.map_err(Trouble::with_server)?;
        }
        if let Some(credentials) = credentials {
            let proving = connection.auth(DEFAULT_MECHANISMS, credentials);
            step("take the log-in", command, proving).await.map_err(Trouble::with_server)?;
        }
        Ok(connection)
    }

    async fn begin(&self, message: &Message) -> Result<Box<dyn Delivery>, Error> {
        let mail = self.composer.compose(message)?;
        let (envelope, bytes) = (mail.envelope().clone(), mail.formatted());
        let mut connection = self.connect().await?;
        let limit = self.patience.command;
        let parameters = parameters(&connection, &envelope, &bytes)?;
        let sender = connection.command(Mail::new(envelope.from().cloned(), parameters));
        step("take the sender", limit, sender).await.map_err(Trouble::with_mail)?;
        for address in envelope.to() {
            let receiver = connection.command(Rcpt::new(address.clone(), Vec::new()));
            step("take the receiver", limit, receiver).await.map_err(Trouble::with_mail)?;
        }
        step("ask for the message", limit, connection.command(Data)).await.map_err(Trouble::with_mail)?;
        Ok(Box::new(Begun { connection, bytes, limit: self.patience.message }))
    }
}

/// What the server must be able to do for this message.
fn parameters(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
    bytes: &[u8],
) -> Result<Vec<MailParameter>, Error> {
    let can = |feature| connection.server_info().supports_feature(feature);
    let mut parameters = Vec::new();
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        if !can(Extension::SmtpUtfEight) {
            return Err(Error::Permanent("The mail server takes only addresses in plain letters".into()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        if !can(Extension::EightBitMime) {
            return Err(Error::Permanent("The mail server takes only headers in plain letters".into()));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

impl Mailer for SmtpMailer {
    fn prepare<'a>(&'a self, message: &'a Message) -> Work<'a, Box<dyn Delivery>> {
        Box::pin(self.begin(message))
    }

    fn check(&self) -> Work<'_, ()> {
        Box::pin(async {
            let mut connection = self.connect().await?;
            timeout(GOODBYE, connection.quit()).await.ok();
            Ok(())
        })
    }
}

/// The server waits for the message.
struct Begun {
    connection: AsyncSmtpConnection,
    bytes: Vec<u8>,
    limit: Duration,
}

impl Delivery for Begun {
    fn hand_over(mut self: Box<Self>) -> Work<'static, String> {
        Box::pin(async move {
            let sending = self.connection.message(&self.bytes);
            let answer = step("answer to the message", self.limit, sending).await;
            let answer = answer.map_err(Trouble::with_answer)?;
            let mut connection = self.connection;
            // Whoever waits for the answer need not wait for this.
            tokio::spawn(async move { timeout(GOODBYE, connection.quit()).await });
            Ok(said(&answer))
        })
    }
}

/// What the server said, with its number.
fn said(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), lines.join(" "))
}

/// A step that failed.
struct Trouble {
    /// What the server said or what happened.
    text: String,
    /// The server said no for good.
    refused: bool,
    /// The server said no, for good or for now: it knows that it does not have the message.
    answered: bool,
}

impl Trouble {
    /// Before a message was spoken of.
    fn with_server(self) -> Error {
        Error::Temporary(self.text)
    }

    /// Before the message was handed over.
    fn with_mail(self) -> Error {
        if self.refused { Error::Permanent(self.text) } else { Error::Temporary(self.text) }
    }

    /// After that.
    fn with_answer(self) -> Error {
        if self.answered { self.with_mail() } else { Error::Unknown(self.text) }
    }
}

/// Waits for a step; `what` is what the server was to do.
async fn step<T>(
    what: &str,
    limit: Duration,
    work: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, Trouble> {
    match timeout(limit, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(cause)) => {
            let (refused, answered) = (cause.is_permanent(), cause.status().is_some());
            let source = cause.source().map(ToString::to_string).unwrap_or_default();
            let why = match cause.status() {
                Some(code) => format!("{code} {source}"),
                None if hung_up(&cause) => "it hung up".to_owned(),
                None => cause.to_string(),
            };
            let text = format!("The mail server did not {what}: {why}");
            Err(Trouble { text: text.trim_end().to_owned(), refused, answered })
        }
        Err(_) => {
            let text = format!("The mail server did not {what} within {limit:?}");
            Err(Trouble { text, refused: false, answered: false })
        }
    }
}

/// Whether the connection ended where an answer should have been.
fn hung_up(cause: &smtp::Error) -> bool {
    let Some(source) = cause.source() else { return false };
    match source.downcast_ref::<io::Error>() {
        Some(cause) => matches!(
            cause.kind(),
            io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::UnexpectedEof
        ),
        // What the library calls it.
        None => cause.is_response() && source.to_string() == "incomplete response",
    }
}

impl Server {
    fn new(url: &str, ca_file: Option<&Path>) -> Result<Self, String> {
        let url: Url = url.parse().map_err(|cause| format!("it is no address: {cause}"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?.to_owned();
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let parameters = || parameters_for(&host, ca_file);
        let (port, encryption) = match (url.scheme(), tls.as_deref()) {
            ("smtps", None | Some("wrapper")) => (465, Encryption::Wrapped(parameters()?)),
            ("smtp", None) => (25, Encryption::None),
            ("smtp", Some("opportunistic")) => (587, Encryption::IfOffered(parameters()?)),
            ("smtp", Some("required")) => (587, Encryption::Required(parameters()?)),
            _ => {
                return Err(
                    "it begins with smtp:// or smtps://, and tls is `required` or `opportunistic`".into()
                );
            }
        };
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(Into::into).map_err(|_| "its user or password is not UTF-8 when decoded".to_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => {
                Some(Credentials::new(decoded(user)?, decoded(password.unwrap_or_default())?))
            }
        };
        let port = url.port().unwrap_or(port);
        Ok(Server { host, port, encryption, credentials, hello: ClientId::default() })
    }
}

fn parameters_for(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = ca_file {
        let unreadable = |cause: &dyn fmt::Display| {
            format!("the certificates in {} cannot be read: {cause}", file.display())
        };
        let pem = std::fs::read(file).map_err(|cause| unreadable(&cause))?;
        let certificate = Certificate::from_pem(&pem).map_err(|cause| unreadable(&cause))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|cause| format!("no encryption is possible: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse_sender;

    fn mailer(url: &str) -> Result<SmtpMailer, String> {
        SmtpMailer::new(url, None, Composer::new(parse_sender("mediap@localhost").unwrap()))
    }

    #[test]
    fn an_address_says_host_port_and_encryption() {
        let server = |url: &str| mailer(url).unwrap().server;
        let plain = server("smtp://localhost");
        assert_eq!((plain.host.as_str(), plain.port), ("localhost", 25));
        assert!(matches!(plain.encryption, Encryption::None) && plain.credentials.is_none());
        let required = server("smtp://me:p%40ss@mail.example.com?tls=required");
        assert!(matches!(required.encryption, Encryption::Required(_)) && required.port == 587);
        assert_eq!(required.credentials, Some(Credentials::new("me".into(), "p@ss".into())));
        let wrapped = server("smtps://mail.example.com:4650");
        assert!(matches!(wrapped.encryption, Encryption::Wrapped(_)) && wrapped.port == 4650);
    }

    #[test]
    fn what_is_no_address_of_a_server_says_so() {
        for url in ["", "smtp://", "http://localhost", "smtp://localhost?tls=maybe", "smtps://x?tls=required"]
        {
            assert!(mailer(url).is_err(), "{url}");
        }
        let missing = SmtpMailer::new(
            "smtps://localhost",
            Some(Path::new("/nowhere/ca.pem")),
            Composer::new(parse_sender("mediap@localhost").unwrap()),
        );
        assert!(missing.unwrap_err().starts_with("the certificates in /nowhere/ca.pem cannot be read"));
    }
}
