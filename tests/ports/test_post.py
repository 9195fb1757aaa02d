"""What every way of sending letters promises; SMTP is tried against a real server on loopback."""

import asyncio
import datetime
import ipaddress
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.ports import Mail, Post
from entrepot.infra.mail.folder import FolderPost
from entrepot.infra.mail.letter import compose
from entrepot.infra.mail.smtp import SmtpPost

SENDER = "entrepot@example.org"
LETTER = Mail(to="ann@example.com", subject="Restock", text="Ten units.\n")
OK = "250 OK"


class Server:
    """A mail server that keeps what it gets, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.on_rcpt = self.on_data = OK
        self.logins: list[tuple[bytes, bytes]] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_rcpt == OK:
            envelope.rcpt_tos.append(address)
        return self.on_rcpt

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.on_data == OK:
            self.got.append(envelope)
        return self.on_data

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    def letters(self) -> list[EmailMessage]:
        return [
            message_from_bytes(each.content, _class=EmailMessage, policy=SMTP_POLICY) for each in self.got
        ]


Serve = Callable[..., Awaitable[Server]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers; a keyword is an option of aiosmtpd, `ssl` is TLS from the first byte."""
    stops: list[asyncio.Server] = []
    protocols: list[SMTP] = []

    async def start(ssl: ssl.SSLContext | None = None, **options: Any) -> Server:
        told = Server()

        def protocol() -> SMTP:
            authenticator = told.authenticate if "auth_required" in options else None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # aiosmtpd dislikes passwords in plain text; so do we
                made = SMTP(told, hostname="localhost", authenticator=authenticator, **options)
            protocols.append(made)
            return made

        listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=ssl)
        stops.append(listening)
        told.port = listening.sockets[0].getsockname()[1]
        return told

    yield start
    for listening in stops:
        listening.close()
        await listening.wait_closed()
    for each in protocols:
        if each.transport is not None:
            each.transport.abort()
    await asyncio.sleep(0)


Received = Callable[[], Awaitable[list[tuple[str, str, str, str]]]]


@pytest.fixture(params=["folder", "smtp"])
async def post_and_received(
    request: pytest.FixtureRequest, tmp_path: Path, serve: Serve
) -> tuple[Post, Received]:
    """A post, and what arrived there: (sender, to, subject, text) of each letter."""
    if request.param == "folder":
        folder = FolderPost(tmp_path / "mail")

        async def in_the_folder() -> list[tuple[str, str, str, str]]:
            return [
                (each.sender, each.mail.to, each.mail.subject, each.mail.text)
                for each in await folder.letters()
            ]

        return folder, in_the_folder
    server = await serve()

    async def at_the_server() -> list[tuple[str, str, str, str]]:
        return [
            (
                str(each["From"]),
                str(each["To"]),
                str(each["Subject"]),
                each.get_content().replace("\r\n", "\n"),
            )
            for each in server.letters()
        ]

    return SmtpPost("127.0.0.1", server.port, tls="none"), at_the_server


@pytest.fixture
def post(post_and_received: tuple[Post, Received]) -> Post:
    return post_and_received[0]


@pytest.fixture
def received(post_and_received: tuple[Post, Received]) -> Received:
    return post_and_received[1]


# ---- every post ----------------------------------------------------------------------------------

LONG = "Ж" * 400 + " " + "word " * 300


@pytest.mark.parametrize(
    "letter",
    [
        LETTER,
        Mail(to="ann@example.com", subject="Überfällig: 東京 🚢", text="Grüße\n\nC'est déjà là.\n"),
        Mail(to="a.b+c@mail.example.com", subject="dots", text=".\n..\n.hidden\nFrom here\n"),
        Mail(to="ann@localhost", subject="long " + LONG[:300], text=LONG + "\n"),
        Mail(to="ann@example.com", subject="What is 2+2=?", text="\n"),
    ],
    ids=["plain", "unicode", "dots", "long", "empty"],
)
async def test_a_letter_arrives_as_it_was_sent(post: Post, received: Received, letter: Mail) -> None:
    await post.send(letter, sender=SENDER)
    assert await received() == [(SENDER, letter.to, letter.subject, letter.text)]


async def test_letters_arrive_in_their_order(post: Post, received: Received) -> None:
    for number in range(5):
        await post.send(Mail(to="ann@example.com", subject=str(number), text="x"), sender=SENDER)
    assert [subject for _, _, subject, _ in await received()] == ["0", "1", "2", "3", "4"]


BAD_ADDRESSES = (
    "", "ann", "ann@", "@example.com", "ann@@example.com", "ann@example..com", "ann@-example.com",
    "ann@example.com, bob@example.com", "Ann <ann@example.com>", "<ann@example.com>", "ann @example.com",
    "ann@example.com\n", "ann@example.com\r\nBcc: bob@example.com", "ann\n@example.com", "ann@exam\0ple.com",
    "ann@example.com> SIZE=1", '"a\r\nb"@example.com', "änn@example.com", "a" * 65 + "@example.com",
    "ann@" + "a." * 130 + "com", ".ann@example.com", "a..b@example.com", "ann@example.com\u2028",
)  # fmt: skip


@pytest.mark.parametrize("address", BAD_ADDRESSES)
async def test_a_broken_address_is_refused(post: Post, received: Received, address: str) -> None:
    with pytest.raises(Invalid):
        await post.send(Mail(to=address, subject="x", text="x"), sender=SENDER)
    with pytest.raises(Invalid):
        await post.send(LETTER, sender=address)
    assert await received() == []


BAD_SUBJECTS = (
    "x\nBcc: bob@example.com", "x\r\n\r\nbody", "x\rBcc: bob@example.com", "x\x0bBcc: b@example.com",
    "x\x85y", "x\u2028Bcc: b@example.com", "x\0", "=?utf-8?q?a=0D=0ABcc:_bob@example.com?=",
    "=?UTF-8?B?DQpCY2M6?=", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("subject", BAD_SUBJECTS)
async def test_a_subject_cannot_write_headers(post: Post, received: Received, subject: str) -> None:
    with pytest.raises(Invalid):
        await post.send(Mail(to="ann@example.com", subject=subject, text="x"), sender=SENDER)
    assert await received() == []


@pytest.mark.parametrize("text", ["a\0b", "\udc80"])
async def test_a_text_of_no_characters_is_refused(post: Post, received: Received, text: str) -> None:
    with pytest.raises(Invalid):
        await post.send(Mail(to="ann@example.com", subject="x", text=text), sender=SENDER)
    assert await received() == []


HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
BODY_HEADERS = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(subject=st.text(max_size=120), text=st.text(max_size=200), readable=st.booleans())
def test_no_text_adds_a_header_or_ends_them(subject: str, text: str, readable: bool) -> None:
    try:
        content = compose(Mail(to=LETTER.to, subject=subject, text=text), sender=SENDER, readable=readable)
    except Invalid:
        return
    head = content.partition(b"\r\n\r\n")[0].decode()
    assert b"\n" not in content.replace(b"\r\n", b"")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert sorted(names) == sorted([*HEADERS, *BODY_HEADERS])


# ---- the folder ----------------------------------------------------------------------------------


async def test_a_letter_in_the_folder_is_readable_by_people(tmp_path: Path) -> None:
    post = FolderPost(tmp_path)
    await post.send(
        Mail(to="ann@example.com", subject="Überfällig", text="Grüße aus Zürich\n"), sender=SENDER
    )
    [path] = tmp_path.iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o077 == 0
    assert "Subject: Überfällig" in path.read_text()
    assert "Grüße aus Zürich" in path.read_text()


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    with pytest.raises(Unavailable):
        await FolderPost(tmp_path / "mail").send(LETTER, sender=SENDER)


# ---- SMTP ----------------------------------------------------------------------------------------


async def test_the_envelope_names_sender_and_recipient(serve: Serve) -> None:
    server = await serve()
    await SmtpPost("127.0.0.1", server.port, tls="none").send(LETTER, sender=SENDER)
    assert [(each.mail_from, each.rcpt_tos) for each in server.got] == [(SENDER, [LETTER.to])]


async def test_a_letter_is_seven_bit_for_old_servers(serve: Serve) -> None:
    server = await serve()
    await SmtpPost("127.0.0.1", server.port, tls="none").send(
        Mail(to="ann@example.com", subject="Ü", text="Grüße\n"), sender=SENDER
    )
    content = server.got[0].content
    assert isinstance(content, bytes)
    assert content.isascii()


@pytest.mark.parametrize("step", ["on_rcpt", "on_data"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("451 try later", Unavailable),
        ("421 going down", Unavailable),
        ("550 no such user", Invalid),
        ("554 refused", Invalid),
        ("530 log in first", Unavailable),
    ],
)
async def test_a_refusal_for_now_or_for_ever_is_told_apart(
    serve: Serve, step: str, reply: str, kind: type[Exception]
) -> None:
    server = await serve()
    setattr(server, step, reply)
    with pytest.raises(kind) as refused:
        await SmtpPost("127.0.0.1", server.port, tls="none").send(LETTER, sender=SENDER)
    assert reply[:3] in str(refused.value)
    assert reply[4:] not in str(refused.value)
    assert server.got == []


LOG_IN = {"auth_required": True, "auth_require_tls": False}


async def test_it_logs_in(serve: Serve) -> None:
    server = await serve(**LOG_IN)
    post = SmtpPost("127.0.0.1", server.port, username="house", password="secret", tls="none")
    await post.send(LETTER, sender=SENDER)
    assert server.logins == [(b"house", b"secret")]
    assert len(server.got) == 1


@pytest.mark.parametrize("password", ["wrong", None])
async def test_a_refused_login_is_no_fault_of_the_letter(serve: Serve, password: str | None) -> None:
    server = await serve(**LOG_IN)
    username = None if password is None else "house"
    post = SmtpPost("127.0.0.1", server.port, username=username, password=password, tls="none")
    with pytest.raises(Unavailable):
        await post.send(LETTER, sender=SENDER)
    assert server.got == []
    assert bool(server.logins) == (password is not None)


async def test_a_server_that_is_not_there_is_unavailable(serve: Serve) -> None:
    with pytest.raises(Unavailable):
        await SmtpPost("127.0.0.1", 1, tls="none").send(LETTER, sender=SENDER)


@pytest.mark.parametrize("greeting", [b"", b"421 busy\r\n", b"554 no mail here\r\n", b"noise\r\n"])
async def test_a_server_that_does_not_talk_to_us_is_unavailable(greeting: bytes) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable):
            await SmtpPost("127.0.0.1", port, tls="none").send(LETTER, sender=SENDER)


class Certificate:
    """A server's context, and a client's that trusts it, for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        today = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(today - datetime.timedelta(days=1))
            .not_valid_after(today + datetime.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        pem, key_pem = folder / "cert.pem", folder / "key.pem"
        pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        key_pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(pem, key_pem)
        self.client = ssl.create_default_context(cafile=str(pem))


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return Certificate(tmp_path)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_letter_travels_sealed(serve: Serve, certificate: Certificate, tls: Any) -> None:
    if tls == "tls":
        server = await serve(ssl=certificate.server)
    else:
        server = await serve(tls_context=certificate.server, require_starttls=True)
    await SmtpPost("127.0.0.1", server.port, tls=tls, trust=certificate.client).send(LETTER, sender=SENDER)
    assert len(server.got) == 1


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_server_that_cannot_prove_its_name_gets_nothing(
    serve: Serve, certificate: Certificate, tls: Any
) -> None:
    if tls == "tls":
        server = await serve(ssl=certificate.server)
    else:
        server = await serve(tls_context=certificate.server, require_starttls=True)
    post = SmtpPost("127.0.0.1", server.port, username="house", password="secret", tls=tls)
    with pytest.raises(Unavailable):
        await post.send(LETTER, sender=SENDER)
    assert (server.got, server.logins) == ([], [])


async def test_starttls_never_falls_back_to_plain_text(serve: Serve) -> None:
    server = await serve(**LOG_IN)
    post = SmtpPost("127.0.0.1", server.port, username="house", password="secret", tls="starttls")
    with pytest.raises(Unavailable):
        await post.send(LETTER, sender=SENDER)
    assert (server.got, server.logins) == ([], [])
