"""The certificate of a node, and how it is read again."""

import os
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.suite.certificates import Authority

from entrepot.core.time import now
from entrepot.net.certificate import BadCertificate, ServerCertificate, only


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def pair(tmp_path: Path, authority: Authority) -> tuple[Path, Path]:
    certificate, key = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    authority.issue(certificate, key)
    return certificate, key


def serial(certificate: ServerCertificate, authority: Authority) -> int:
    """Of the certificate that the next connection is shown."""
    return shaken(certificate.context("http/1.1"), authority.client())["serialNumber"]


def shaken(server: ssl.SSLContext, client: ssl.SSLContext, name: str = "localhost") -> dict[str, int]:
    """Shake hands in memory. Return the server's certificate as the client sees it."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = client.wrap_bio(to_client, to_server, server_hostname=name)
    there = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [here, there]
    for _ in range(10):
        for each in list(waiting):
            try:
                each.do_handshake()
                waiting.remove(each)
            except ssl.SSLWantReadError:
                pass
    assert not waiting
    found = here.getpeercert() or {}
    return {"serialNumber": int(str(found["serialNumber"]), 16)}


def test_new_files_are_taken_for_new_connections(pair: tuple[Path, Path], authority: Authority) -> None:
    certificate = ServerCertificate(*pair)
    renewed = authority.issue(*pair)
    assert serial(certificate, authority) != renewed
    certificate.look(at=now())
    assert serial(certificate, authority) == renewed
    assert certificate.reloads == 1


def test_files_behind_a_link_that_moves_are_taken(tmp_path: Path, authority: Authority) -> None:
    """As Kubernetes swaps the folder of a secret."""
    serials = []
    for number in (1, 2):
        folder = tmp_path / f"..{number}"
        folder.mkdir()
        serials.append(authority.issue(folder / "tls.crt", folder / "tls.key"))
    (tmp_path / "..data").symlink_to("..1")
    for name in ("tls.crt", "tls.key"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    certificate = ServerCertificate(tmp_path / "tls.crt", tmp_path / "tls.key")
    assert serial(certificate, authority) == serials[0]
    (tmp_path / "new").symlink_to("..2")
    os.replace(tmp_path / "new", tmp_path / "..data")
    certificate.look(at=now())
    assert serial(certificate, authority) == serials[1]


@pytest.mark.parametrize("broken", ["other key", "no certificate", "nothing there", "half a file"])
def test_pair_that_is_broken_never_replaces_one_that_works(
    pair: tuple[Path, Path], authority: Authority, tmp_path: Path, broken: str
) -> None:
    certificate = ServerCertificate(*pair)
    before = serial(certificate, authority)
    whole = pair[1].read_bytes()
    if broken == "other key":
        authority.issue(pair[0], tmp_path / "another.pem")
    elif broken == "no certificate":
        pair[0].write_text("nonsense")
    elif broken == "nothing there":
        pair[0].unlink()
    else:
        pair[1].write_bytes(whole[: len(whole) // 2])
    with capture_logs() as logs:
        certificate.look(at=now())
        certificate.look(at=now())  # it is told once, not every minute
    assert [(each["event"], each["log_level"]) for each in logs] == [("tls.certificate_kept", "error")]
    assert serial(certificate, authority) == before
    assert certificate.failures == 1 and not certificate.current
    renewed = authority.issue(*pair)
    certificate.look(at=now())
    assert serial(certificate, authority) == renewed and certificate.current


def test_what_is_mended_without_another_file_is_taken(
    pair: tuple[Path, Path], authority: Authority, tmp_path: Path
) -> None:
    """Rights that are given again, and a disk that answers again, change no time of a file."""
    certificate = ServerCertificate(*pair)
    other, status = tmp_path / "other.key", pair[1].stat()
    authority.issue(tmp_path / "other.pem", other)
    whole = pair[1].read_bytes()
    pair[1].write_bytes(other.read_bytes()[: len(whole)].ljust(len(whole), b"\n"))
    os.utime(pair[1], ns=(status.st_atime_ns, status.st_mtime_ns))
    certificate.reload()
    assert not certificate.current
    pair[1].write_bytes(whole)
    os.utime(pair[1], ns=(status.st_atime_ns, status.st_mtime_ns))
    certificate.look(at=now())
    assert certificate.current and certificate.failures == 1


def test_end_is_told_each_day_from_two_weeks_before(pair: tuple[Path, Path], authority: Authority) -> None:
    end = now() + timedelta(days=20)
    authority.issue(*pair, until=end)
    certificate = ServerCertificate(*pair)
    with capture_logs() as logs:
        for hour in range(20 * 24):
            certificate.look(at=end - timedelta(days=20) + timedelta(hours=hour))
    assert [each["event"] for each in logs] == ["tls.expires"] * 14
    assert (logs[0]["days_left"], logs[0]["log_level"]) == (14.0, "warning") or logs[0]["days_left"] == 13.9
    assert abs(certificate.expires - end) < timedelta(seconds=2)


def test_old_protocols_are_not_spoken(pair: tuple[Path, Path], authority: Authority) -> None:
    server, client = ServerCertificate(*pair).context("http/1.1"), authority.client()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    shaken(server, client)
    client = authority.client()
    with pytest.warns(DeprecationWarning):
        client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_1
    client.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        shaken(server, client)


def test_start_with_a_pair_that_does_not_work_says_why(pair: tuple[Path, Path], authority: Authority) -> None:
    with pytest.raises(BadCertificate, match="cannot be read"):
        ServerCertificate(pair[0].with_name("nowhere.pem"), pair[1])
    with pytest.raises(BadCertificate, match="no pair"):
        ServerCertificate(pair[0], pair[0])
    with pytest.raises(BadCertificate, match="holds no certificate"):
        ServerCertificate(pair[1], pair[1])


def test_commands_on_this_machine_trust_the_node_s_own_certificate_only(
    pair: tuple[Path, Path], authority: Authority, tmp_path: Path
) -> None:
    shaken(ServerCertificate(*pair).context("http/1.1"), only(pair[0]), name="anything")
    other = tmp_path / "other.pem", tmp_path / "other.key"
    authority.issue(*other)
    with pytest.raises(ssl.SSLError):
        shaken(ServerCertificate(*other).context("http/1.1"), only(pair[0]))
